"""The operator as it is deployed: `python -m myapp run`, as its own service account, in a process of its own.

It watches the namespaces it is given and no others, so that many tests share one cluster and no namespace ever has two
operators.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.guard_settings import guard_settings
from deploy.local.parent_death import die_with_parent

READY_WITHIN = 60.0
STOP_WITHIN = 40.0
POLL = 0.05
LOG_LINES = 60
_LOOPBACK = "127.0.0.1"


class OperatorError(AssertionError):
    """The operator did not do what a test needs of it; the message ends with its log's last lines."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process ended: its exit code (negative: killed by that signal) and how long that took, in seconds."""

    code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What /healthz or /readyz said; code 0 stands for no answer."""

    code: int
    text: str

    @property
    def passed(self) -> bool:
        """Whether the probe is green."""
        return self.code == HTTPStatus.OK


class OperatorProcess:
    """Starts with `start`, may be ended and started again; as a context manager it starts and ends with the block.

    `settings` are further MYAPP_* variables; `within` is a command that becomes the one that it is given. All starts
    append to one log.
    """

    def __init__(
        self,
        kubeconfig: Path,
        log: Path,
        namespaces: Sequence[str],
        settings: Mapping[str, str] | None = None,
        *,
        within: Sequence[str] = (),
    ) -> None:
        self.log = log
        self._within = tuple(within)
        self._port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYAPP_")}
        self._environment = {
            **inherited,
            "KUBECONFIG": str(kubeconfig),
            "MYAPP_HTTP_HOST": _LOOPBACK,
            "MYAPP_HTTP_PORT": str(self._port),
            "MYAPP_LOG_FORMAT": "console",
            "MYAPP_NAMESPACES": ",".join(namespaces),
            **guard_settings(),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: bool = True) -> None:
        """Start it and, unless told otherwise, wait until it is ready. Raises OperatorError."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._within, sys.executable, "-m", "myapp", "run"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
            )
        if ready:
            self.wait_until_ready()

    def wait_until_ready(self, timeout: float = READY_WITHIN) -> None:
        """Returns when /readyz is green. Raises OperatorError when it ends before or takes longer (seconds)."""
        give_up = time.monotonic() + timeout
        while not (probe := self.ready()).passed:
            if not self.alive:
                raise OperatorError(f"the operator ended with {self._running().returncode}\n{self.end_of_log()}")
            if time.monotonic() > give_up:
                raise OperatorError(
                    f"the operator was not ready after {timeout:.0f} s: {probe.text}\n{self.end_of_log()}"
                )
            time.sleep(POLL)

    def stop(self) -> Ended:
        """Send SIGTERM and wait for the end. Raises OperatorError when it does not come."""
        return self._end(signal.SIGTERM)

    def kill(self) -> Ended:
        """Send SIGKILL: nothing is finished in good order."""
        return self._end(signal.SIGKILL)

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and start it again."""
        self._end(how)
        self.start()

    def wait_for_end(self, timeout: float) -> int:
        """The exit code, when it ends by itself. Raises OperatorError when it does not, in `timeout` seconds."""
        try:
            return self._running().wait(timeout)
        except subprocess.TimeoutExpired:
            raise OperatorError(f"the operator still runs after {timeout:.0f} s\n{self.end_of_log()}") from None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    def healthy(self) -> Probe:
        """What liveness says."""
        return self._get("/healthz")

    def ready(self) -> Probe:
        """What readiness says."""
        return self._get("/readyz")

    def exposition(self) -> str:
        """What /metrics answers, as it is."""
        return self._get("/metrics").text

    def metrics(self) -> dict[str, float]:
        """The sum of each metric over its labels, by the name of the sample."""
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(self.exposition()):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
        return sums

    def metric(self, name: str, **labels: str) -> float:
        """The value of a sample with these labels among its own; the sum, where there are several; 0 for none."""
        families = text_string_to_metric_families(self._get("/metrics").text)
        samples = (sample for family in families for sample in family.samples if sample.name == name)
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def end_of_log(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            sys.stdout.write(f"the operator's log:\n{self.end_of_log()}\n")
        if self.alive:
            self.kill()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise OperatorError("the operator has not been started")
        return self._process

    def _end(self, how: signal.Signals) -> Ended:
        process, began = self._running(), time.monotonic()
        process.send_signal(how)
        code = self.wait_for_end(STOP_WITHIN)
        return Ended(code, time.monotonic() - began)

    def _get(self, path: str) -> Probe:
        connection = http.client.HTTPConnection(_LOOPBACK, self._port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Probe(answer.status, answer.read().decode().strip())
        except OSError as error:
            return Probe(0, str(error))
        finally:
            connection.close()


def free_port() -> int:
    """A port on which nobody listens at the moment."""
    with socket.socket() as listener:
        listener.bind((_LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port
