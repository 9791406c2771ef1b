"""The namespaces that a node lives in: processes, mounts and network of its own, held open by one process.

That process is the init of the process namespace. When it dies, the kernel kills every process in there and takes the
mounts, interfaces and packet filter rules with them; and it dies with the supervisor. So there is nothing of a node
that could be left behind but its files and its control groups.
"""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local.errors import StartError
from deploy.local.parent_death import die_with_parent

START_TIMEOUT = 20.0
END_TIMEOUT = 20.0
COMMAND_TIMEOUT = 30.0
POLL_INTERVAL = 0.01


class Namespaces:
    """Process, mount and network namespace, entered by their init's process id."""

    def __init__(self, init: int) -> None:
        self.init = init

    @property
    def launcher(self) -> tuple[str, ...]:
        """What a command that shall run in all three is prefixed with."""
        return ("nsenter", f"--target={self.init}", "--mount", "--net", "--pid", "--")

    @property
    def network_launcher(self) -> tuple[str, ...]:
        """What a command is prefixed with that shall run in their network, but keep the machine's files."""
        return ("nsenter", f"--net=/proc/{self.init}/ns/net", "--")


class NamespaceHolder:
    """Creates the namespaces and ends them. For the supervisor alone."""

    def __init__(self, init: Path, log: Path) -> None:
        """`init` is the program that holds them; what goes wrong is written to `log`."""
        self._init = init
        self._log = log
        self._unshare: subprocess.Popen[bytes] | None = None

    def create(self) -> Namespaces:
        """Start the first process of new namespaces.

        Must be called from the main thread: the kernel ties the child's life to the thread that started it.
        Raises StartError.
        """
        options = ("--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private")
        with self._log.open("ab") as log:
            self._unshare = subprocess.Popen(
                ["unshare", *options, self._init],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
            )
        deadline = time.monotonic() + START_TIMEOUT
        while self._unshare.poll() is None and time.monotonic() < deadline:
            if init := self._find_init():
                return Namespaces(init.pid)
            time.sleep(POLL_INTERVAL)
        said = self._log.read_text(errors="replace").strip() or "no reason was given"
        raise StartError(f"the node's namespaces cannot be created: {said}")

    def end(self) -> None:
        """Kill everything in the namespaces; returns when it is gone."""
        if self._unshare is None:
            return
        if init := self._find_init():
            # Not unshare itself: it waits for its child, and so tells when all is over.
            with suppress(psutil.NoSuchProcess):
                init.kill()
        else:
            self._unshare.kill()
        self._unshare.wait(END_TIMEOUT)
        self._unshare = None

    def _find_init(self) -> psutil.Process | None:
        # Before it bears the program's name it is still at work on the namespaces.
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._unshare.pid if self._unshare else 0).children():
                if child.name() == self._init.name:
                    return child
        return None


def run_command(*command: str | Path, stdin: str | None = None, timeout: float = COMMAND_TIMEOUT) -> str:
    """Run one command to its end; returns what it printed. Raises StartError with what it complained of."""
    shown = " ".join(map(str, command))
    try:
        completed = subprocess.run(
            command, input=stdin or "", capture_output=True, text=True, timeout=timeout, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StartError(f"`{shown}` cannot be run: {error}") from error
    if completed.returncode != 0:
        raise StartError(f"`{shown}` ended with {completed.returncode}: {completed.stderr.strip() or 'no message'}")
    return completed.stdout
