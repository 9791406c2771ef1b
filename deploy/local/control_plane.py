"""The running components of one cluster: starts them, notices when one ends, kills them all.

They are killed, not asked to end: nothing they hold outlives the cluster, and an API server that drains its watches
would take a minute over it.
"""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.components import Component
from deploy.local.parent_death import die_with_parent

KILL_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class EndedComponent:
    """A component that is not running although nobody stopped it."""

    component: Component
    returncode: int

    def __str__(self) -> str:
        if self.returncode < 0:
            return f"{self.component.name} was killed by {signal.Signals(-self.returncode).name}"
        return f"{self.component.name} ended with exit code {self.returncode}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a component runs, if not simply on the machine: `launcher` is the command that takes it there."""

    launcher: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    umask: int = -1


ON_THE_MACHINE = Surroundings()


class ControlPlane:
    """The component processes in one cluster's folder."""

    def __init__(self, folder: Path, binaries: dict[str, Path]) -> None:
        self._folder = folder
        self._binaries = binaries
        self._processes: dict[str, tuple[Component, subprocess.Popen[bytes]]] = {}
        self._die_with_parent = die_with_parent()

    def start(self, component: Component, surroundings: Surroundings = ON_THE_MACHINE) -> None:
        """Start one component; its output goes to its log.

        Must be called from the main thread: Linux ties the child's life to the thread that started it.
        """
        log_path = self._folder / component.log
        log_path.parent.mkdir(exist_ok=True)
        with log_path.open("ab") as log:
            process = subprocess.Popen(
                [*surroundings.launcher, self._binaries[component.name], *component.arguments],
                cwd=self._folder,
                env={**_environment(), **surroundings.environment},
                umask=surroundings.umask,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self._die_with_parent,  # noqa: PLW1509 - one prctl call, which takes no lock
            )
        self._processes[component.name] = (component, process)

    def find_ended(self) -> EndedComponent | None:
        """The first component that ended, in the order of their start."""
        for component, process in self._processes.values():
            if (returncode := process.poll()) is not None:
                return EndedComponent(component, returncode)
        return None

    def kill(self) -> None:
        """Kill all components and wait until none is left."""
        for _, process in self._processes.values():
            process.kill()
        for _, process in self._processes.values():
            process.wait(KILL_TIMEOUT)
        self._processes.clear()

    def last_log_lines(self, component: Component, count: int) -> str:
        """The end of a component's log, indented; says so when there is none."""
        try:
            with (self._folder / component.log).open(errors="replace") as log:
                lines = deque(log, maxlen=count)
        except FileNotFoundError:
            lines = deque()
        return "".join(f"    {line}" for line in lines).rstrip() or "    (its log is empty)"


def _environment() -> dict[str, str]:
    # etcd reads a setting from every variable of its prefix.
    return {name: value for name, value in os.environ.items() if not name.startswith("ETCD_")}
