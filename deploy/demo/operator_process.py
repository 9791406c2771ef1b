"""The operator, run as a user would run it outside a cluster: its own command, its own service account, a log file."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.demo.errors import DemoError
from deploy.demo.operator_guardian import KEEP
from deploy.local.guard_settings import guard_settings

_READY_WITHIN = 60.0
_STOP_WITHIN = 40.0
_POLL = 0.2
_LOG_LINES = 25


class OperatorProcess:
    """`python -m myapp run` under its guardian, from start to end; a context manager that stops it."""

    def __init__(self, kubeconfig: Path, log: Path, settings: Mapping[str, str]) -> None:
        """`settings` are MYAPP_ variables."""
        self.log = log
        self._port = _free_port()
        environment = {
            **os.environ,
            "KUBECONFIG": str(kubeconfig),
            "MYAPP_HTTP_HOST": "127.0.0.1",
            "MYAPP_HTTP_PORT": str(self._port),
            "MYAPP_LOG_FORMAT": "console",
            **guard_settings(),
            **settings,
        }
        guarded = [sys.executable, "-m", "myapp", "run"]
        with log.open("wb") as output:
            self._guardian = subprocess.Popen(
                [sys.executable, "-m", "deploy.demo.operator_guardian", str(kubeconfig), *guarded],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # Ctrl-C is for the demo, which ends the operator in good order
            )

    @property
    def pid(self) -> int:
        """The process whose end ends the operator."""
        return self._guardian.pid

    def wait_until_ready(self) -> None:
        """Returns when /readyz says yes. Raises DemoError when it ends or does not get ready within a minute."""
        give_up = time.monotonic() + _READY_WITHIN
        while not self._is_ready():
            self.check()
            if time.monotonic() > give_up:
                raise DemoError(f"the operator was not ready within {_READY_WITHIN:.0f} s", self.end_of_log())
            time.sleep(_POLL)

    def check(self) -> None:
        """Raises DemoError, with the end of its log, when the operator has ended."""
        code = self._guardian.poll()
        if code is not None:
            raise DemoError(f"the operator ended with exit code {code}", self.end_of_log())

    def keep(self) -> None:
        """Lets it run on until its cluster goes; `stop` does nothing any more."""
        if self._guardian.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended already
                self._guardian.stdin.write(f"{KEEP}\n")
                self._guardian.stdin.close()
            self._guardian.stdin = None

    def stop(self) -> None:
        """Ends it and waits for its end, unless it is kept."""
        if self._guardian.stdin is None:
            return
        self._guardian.terminate()
        try:
            self._guardian.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._guardian.kill()
            self._guardian.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=2) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, OSError):
            return False

    def end_of_log(self) -> str:
        """What explains why it did not do what it should."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_LOG_LINES:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
