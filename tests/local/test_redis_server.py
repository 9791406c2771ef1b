"""The server for local runs: private, empty after each start, and never left behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from redis import AuthenticationError, Redis

from deploy.local.redis_server import RedisServer, RedisServerError

_HOLD = """
import sys
from deploy.local.redis_server import RedisServer
server = RedisServer()
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


def test_it_starts_empty_each_time_on_the_same_port() -> None:
    """Stopping loses everything, as a cache may."""
    with RedisServer() as server:
        port = server.port
        with Redis.from_url(server.url) as client:
            client.set("key", "value")
        server.stop()
        server.start()

        with Redis.from_url(server.url) as client:
            assert client.dbsize() == 0
        assert server.port == port


def test_strangers_are_kept_out() -> None:
    """Also others on this machine: the password is in no command line."""
    with RedisServer() as server:
        with Redis(port=server.port) as stranger, pytest.raises(AuthenticationError):
            stranger.get("key")
        assert server.password not in " ".join(psutil.Process(server.pid).cmdline())


def test_it_ends_with_whoever_started_it() -> None:
    """Even if that is killed."""
    with subprocess.Popen([sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        server = psutil.Process(int(starter.stdout.readline()))
        os.kill(starter.pid, signal.SIGKILL)
    give_up = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_wrong_configuration_is_told_with_the_servers_own_words() -> None:
    """The message ends with its log."""
    with pytest.raises(RedisServerError, match="no-such-setting"):
        RedisServer({"no-such-setting": "1"}).start()
