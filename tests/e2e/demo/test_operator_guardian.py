"""The guardian of the demo's operator, over a stand-in that sleeps: it ends what is no longer wanted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

SLEEPER = "import sys, time; print('started', flush=True); time.sleep(60)"


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "operator.yaml"
    path.write_text("{}")
    return path


@pytest.fixture
def guardian(kubeconfig: Path) -> Iterator[subprocess.Popen[str]]:
    """A guardian whose sleeper has started."""
    command = [sys.executable, "-m", "deploy.demo.operator_guardian", str(kubeconfig), sys.executable, "-c", SLEEPER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as guardian:
        assert guardian.stdout is not None
        assert guardian.stdout.readline() == "started\n"
        yield guardian
        guardian.terminate()


def test_ends_with_the_demo(guardian: subprocess.Popen[str]) -> None:
    """When the demo is gone its end of the pipe is closed, and the operator goes."""
    assert guardian.stdin is not None
    guardian.stdin.close()

    assert guardian.wait(20) != 0


def test_kept_it_ends_with_the_cluster(guardian: subprocess.Popen[str], kubeconfig: Path) -> None:
    """A kept operator survives the demo and goes with its kubeconfig."""
    assert guardian.stdin is not None
    guardian.stdin.write("keep\n")
    guardian.stdin.close()
    with pytest.raises(subprocess.TimeoutExpired):
        guardian.wait(1.5)

    kubeconfig.unlink()

    assert guardian.wait(20) != 0


def test_the_operator_is_given_a_redis_server_that_ends_with_it(kubeconfig: Path) -> None:
    """Its state cache needs no set-up, and no process is left behind."""
    telling = "import os, time; print(os.environ['MYAPP_REDIS_URL'], flush=True); time.sleep(60)"
    command = [sys.executable, "-m", "deploy.demo.operator_guardian", str(kubeconfig), sys.executable, "-c", telling]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as guardian:
        assert guardian.stdout is not None
        url = guardian.stdout.readline().strip()
        with Redis.from_url(url) as client:
            assert client.ping()
        guardian.terminate()
        guardian.wait(20)

    with Redis.from_url(url) as client, pytest.raises(RedisConnectionError):
        client.ping()


def test_terminated_it_ends_what_it_guards(guardian: subprocess.Popen[str]) -> None:
    """SIGTERM reaches the operator."""
    guardian.terminate()

    assert guardian.wait(20) != 0


def test_ended_operator_ends_the_guardian_with_its_exit_code(kubeconfig: Path) -> None:
    """The demo learns the operator's own exit code."""
    command = [sys.executable, "-m", "deploy.demo.operator_guardian", str(kubeconfig), sys.executable, "-c", "exit(7)"]

    with subprocess.Popen(command, stdin=subprocess.PIPE) as guardian:
        assert guardian.wait(20) == 7
