"""The caller's side of a supervisor: starts it, waits for its cluster, gives it up or keeps it."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Self

from deploy.local.errors import ClusterExistsError, StartError
from deploy.local.layout import PROJECT_ROOT
from deploy.local.supervisor_protocol import KEEP, Failed, Progress, Ready, StartRequest, message_from_line

END_TIMEOUT = 30.0


class SupervisorClient:
    """One supervisor process, a child of this one."""

    def __init__(self, process: subprocess.Popen[str], requests: IO[str], answers: IO[str]) -> None:
        self._process = process
        self._requests = requests
        self._answers = answers

    @classmethod
    def start(cls, request: StartRequest) -> Self:
        """Start a supervisor and hand it the request."""
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.supervisor", request.name],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A session of its own: Ctrl-C in the terminal must not reach the components one by one.
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise StartError("the supervisor was started without pipes")
        client = cls(process, process.stdin, process.stdout)
        client._send(request.to_line())
        return client

    def await_ready(self, report: Callable[[str], None] | None) -> None:
        """Return when the cluster is up; `report` hears of each step.

        Raises StartError, and ClusterExistsError when one of that name is up already.
        """
        for line in self._answers:
            match message_from_line(line):
                case Progress(text):
                    if report:
                        report(text)
                case Ready():
                    return
                case Failed(message, exists):
                    raise (ClusterExistsError if exists else StartError)(message)
        raise StartError("the cluster's supervisor ended without a word; was it killed, or stopped by `down`?")

    def keep(self) -> None:
        """Take the cluster over: from now on it lives until it is stopped or its owner ends."""
        self._send(f"{KEEP}\n")
        self._requests.close()
        self._answers.close()

    def abandon(self) -> None:
        """Call the start off and wait until the supervisor has cleaned up and is gone."""
        # Closing its stdin before KEEP is the message; the signal is for a KEEP that was on its way already.
        with suppress(BrokenPipeError):
            self._requests.close()
        self._process.terminate()
        self.wait()
        self._answers.close()

    def wait(self) -> None:
        """Wait until the process is gone; kill it if that takes too long."""
        try:
            self._process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(END_TIMEOUT)

    def _send(self, text: str) -> None:
        with suppress(BrokenPipeError):  # it has ended, and has said why on its stdout
            self._requests.write(text)
            self._requests.flush()
