"""Where clusters live on disk, and how one tells whether a cluster is alive.

Each cluster owns one folder, `<state>/<name>`, mode 0700: keys, kubeconfigs, etcd's data, logs. Its supervisor holds a
lock on the folder itself for as long as it lives. So a folder without a lock is what a killed supervisor left; whoever
comes next reaps it. A process id alone would not do: ids are reused.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import platformdirs
import psutil

from deploy.local.errors import ClusterExistsError, LocalClusterError
from deploy.local.go_modules import CONTROL_PLANE_PROGRAMS
from deploy.local.kubeconfig import write_private
from deploy.local.node.record import reap_node

STATE_VARIABLE = "MYAPP_LOCAL_STATE"
RECORD = "cluster.json"
COMPONENT_NAMES = frozenset(CONTROL_PLANE_PROGRAMS)
CLAIM_ATTEMPTS = 20
NAME_PATTERN = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")

Status = Literal["starting", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class ClusterRecord:
    """What a cluster says about itself in `cluster.json`; `message` explains the status `failed`."""

    name: str
    supervisor: int
    status: Status
    server: str = ""
    version: str = ""
    message: str = ""


def clusters_folder() -> Path:
    """The folder of all clusters: $MYAPP_LOCAL_STATE, else under the user's state directory."""
    named = os.environ.get(STATE_VARIABLE)
    return Path(named).absolute() if named else platformdirs.user_state_path("myapp-clusters")


class ClusterState:
    """The folder of one cluster, seen from outside; it may not exist."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        """Raises LocalClusterError when the name is not a DNS label of at most 40 characters."""
        if not NAME_PATTERN.fullmatch(name):
            raise LocalClusterError(
                f"cluster name {name!r} is not allowed: at most 40 small letters, digits and '-', "
                "beginning and ending with a letter or digit"
            )
        self.name = name
        self.path = (folder or clusters_folder()) / name

    def is_held(self) -> bool:
        """Whether a supervisor lives here."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def read_record(self) -> ClusterRecord | None:
        """What the supervisor last wrote; None when there is nothing (yet, or any more)."""
        try:
            return ClusterRecord(**json.loads((self.path / RECORD).read_text()))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write_record(self, record: ClusterRecord) -> None:
        """Replace the record in one step."""
        write_private(self.path / RECORD, json.dumps(asdict(record), indent=2) + "\n")

    def claim(self) -> int:
        """Create the folder and lock it, reaping what a dead supervisor left; returns the descriptor that locks.

        Raises ClusterExistsError when a supervisor lives here.
        """
        for _ in range(CLAIM_ATTEMPTS):
            # The last cluster's `down` removes the folder of all clusters, perhaps just now.
            with suppress(FileNotFoundError):
                return self._claim_once()
        raise LocalClusterError(f"{self.path.parent} vanishes as soon as it is created; is something cleaning it up?")

    def _claim_once(self) -> int:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self.path.parent):
            if self.is_held():
                raise ClusterExistsError(
                    f"a cluster named {self.name!r} is up already; stop it with "
                    f"`python -m deploy.local down --name {self.name}` or choose another --name"
                )
            self._reap()
            self.path.mkdir(mode=0o700)
            descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    def reap_if_dead(self) -> bool:
        """Remove what a dead supervisor left behind; False when there is nothing or somebody lives here."""
        if not self.path.is_dir():
            return False
        with _locked(self.path.parent):
            if not self.path.is_dir() or self.is_held():
                return False
            self._reap()
        remove_if_empty(self.path.parent)
        return True

    def remove(self) -> None:
        """Delete the folder and, if it was the last, the folder of all clusters. For the supervisor alone."""
        shutil.rmtree(self.path, ignore_errors=True)
        remove_if_empty(self.path.parent)

    def _reap(self) -> None:
        reap_node(self.path)
        for process in _components_in(self.path):
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(timeout=10)
        shutil.rmtree(self.path, ignore_errors=True)


def list_clusters() -> list[ClusterState]:
    """Every cluster that has a folder, alive or not, by name."""
    folder = clusters_folder()
    if not folder.is_dir():
        return []
    return [
        ClusterState(path.name)
        for path in sorted(folder.iterdir())
        if path.is_dir() and NAME_PATTERN.fullmatch(path.name)
    ]


def remove_if_empty(folder: Path) -> None:
    """Remove the folder of all clusters unless another cluster is in it."""
    with suppress(OSError):
        folder.rmdir()


def _components_in(path: Path) -> Iterator[psutil.Process]:
    # Where the kernel does not kill children with their parent (macOS), a killed supervisor's components live on.
    # The name is checked too: a user's shell may stand in the folder.
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() in COMPONENT_NAMES and Path(process.cwd()) == path:
                yield process


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
