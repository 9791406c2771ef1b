"""Where a cluster's node is, written down for other processes: those that load images, and those that clear up."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from deploy.local.kubeconfig import write_private
from deploy.local.node.cgroups import group_name, remove_group
from deploy.local.node.components import NodeFiles

END_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """The process that holds the namespaces, with its start, because ids are reused; where the packages are.

    The start is in the kernel's ticks since boot: a time of day would change when somebody sets the clock.
    """

    init: int
    init_started: int
    packages: str

    def write(self, folder: Path) -> None:
        """Replace the record of the cluster in `folder` in one step."""
        write_private(NodeFiles.of(folder).record, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "NodeRecord | None":
        """The record of the cluster in `folder`; None when it has no node."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return cls(**json.loads(NodeFiles.of(folder).record.read_text()))
        return None

    def holder(self) -> psutil.Process | None:
        """The process that holds the namespaces, if it lives."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.init)
            if find_start(self.init) == self.init_started and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


def find_start(pid: int) -> int | None:
    """When that process started, in ticks since boot; None when there is none."""
    with suppress(FileNotFoundError, ProcessLookupError):
        # The second field is the program's name, in brackets, and may hold anything.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return None


def reap_node(folder: Path) -> None:
    """Remove what a killed supervisor's node left on the machine; its files are the caller's business."""
    record = NodeRecord.read(folder)
    if record is None:
        return
    if holder := record.holder():
        # The kernel kills it with its supervisor; this only waits, unless it was not that quick.
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            holder.kill()
            holder.wait(END_TIMEOUT)
    remove_group(group_name(folder))
