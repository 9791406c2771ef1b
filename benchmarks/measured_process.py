"""A controller under measurement: a child process whose CPU time and memory the kernel counts for us.

Linux only: the peak of the resident memory is read from /proc, because sampling would miss short peaks.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

IDLE_WINDOW = 1.5
"""Seconds over which a process must have done next to nothing to be called idle."""
IDLE_SHARE = 0.05
"""What next to nothing is: this share of one core. A waiting asyncio loop or Go runtime stays well below."""
SAMPLE_SECONDS = 0.1
STOP_TIMEOUT = 40.0


class MeasuredProcessError(Exception):
    """The process under measurement did not start, did not get ready or died; the message names its log."""


def idle_since(samples: Sequence[tuple[float, float]]) -> float | None:
    """The first moment after which the process was idle for `IDLE_WINDOW`; None when there is none yet.

    `samples` are (time, CPU seconds used so far), in order of time.
    """
    for index, (begin, used) in enumerate(samples):
        for moment, used_then in samples[index:]:
            if used_then - used > IDLE_SHARE * IDLE_WINDOW:
                break
            if moment - begin >= IDLE_WINDOW:
                return begin
    return None


class MeasuredProcess:
    """Runs a command from `start` to the end of the `with` block; its output goes to a file."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self.log = log

    def __enter__(self) -> Self:
        with self.log.open("ab") as output:
            self.started_at = time.monotonic()
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in order
            )
        self._usage = psutil.Process(self._process.pid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def cpu_seconds(self) -> float:
        """User and system time used so far."""
        self.require_alive()
        times = self._usage.cpu_times()
        return times.user + times.system

    def peak_rss_mib(self) -> float:
        """The highest resident memory so far (the kernel's VmHWM)."""
        self.require_alive()
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def rss_mib(self) -> float:
        """The resident memory now."""
        self.require_alive()
        return float(self._usage.memory_info().rss) / 1024**2

    def wait_until(self, is_ready: Callable[[], bool], timeout: float = 120.0) -> float:
        """Seconds from the start until `is_ready` says so.

        Raises MeasuredProcessError when the process dies or `timeout` seconds pass.
        """
        while not is_ready():
            self.require_alive()
            if time.monotonic() - self.started_at > timeout:
                raise MeasuredProcessError(f"{self.name} was not ready after {timeout:.0f} s; its log is {self.log}")
            time.sleep(SAMPLE_SECONDS / 2)
        return time.monotonic() - self.started_at

    def wait_until_idle(self, timeout: float = 300.0) -> float:
        """Seconds from the start to the beginning of the first idle stretch from now on.

        Raises MeasuredProcessError when the process dies or is never idle for `timeout` seconds.
        """
        samples: list[tuple[float, float]] = []
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            samples.append((time.monotonic(), self.cpu_seconds()))
            # What lies further back was looked at before and was not idle.
            since = idle_since(samples[-int(2 * IDLE_WINDOW / SAMPLE_SECONDS) :])
            if since is not None:
                return since - self.started_at
            time.sleep(SAMPLE_SECONDS)
        raise MeasuredProcessError(f"{self.name} was busy for {timeout:.0f} s without rest; its log is {self.log}")

    def log_contains(self, text: str) -> bool:
        """Whether the process has written `text` so far."""
        return text.encode() in self.log.read_bytes()

    def require_alive(self) -> None:
        """Raises MeasuredProcessError, with the end of the log, when the process has ended."""
        code = self._process.poll()
        if code is not None:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise MeasuredProcessError(f"{self.name} ended with {code}; the end of {self.log}:\n{tail}")
