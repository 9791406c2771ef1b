"""What a node has on the machine while it lives, and what of it is still there afterwards."""

import ipaddress
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.node.cgroups import find_hierarchies, group_name
from deploy.local.node.namespaces import run_command
from deploy.local.node.packages import provide_packages
from deploy.local.node.record import NodeRecord

FIXED_PLACES = (
    "/etc/cni",
    "/run/containerd",
    "/run/netns",
    "/run/xtables.lock",
    "/usr/libexec/kubernetes",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/kubelet",
    "/var/log/containers",
    "/var/log/pods",
)
SETTINGS = ("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward")


@dataclass(frozen=True, slots=True)
class Machine:
    """What no node may change: places where its programs would write by default, and the kernel's settings."""

    places: frozenset[str]
    settings: tuple[str, ...]
    packet_filter: str

    @classmethod
    def now(cls) -> "Machine":
        """As it is."""
        packages = provide_packages()
        library_path = packages.environment()["LD_LIBRARY_PATH"]
        save = ("env", f"LD_LIBRARY_PATH={library_path}", packages.program("iptables-nft-save"))
        lines = [line for line in run_command(*save).splitlines() if not line.startswith("#")]
        return cls(
            frozenset(place for place in FIXED_PLACES if Path(place).exists()),
            tuple((Path("/proc/sys") / setting).read_text() for setting in SETTINGS),
            "\n".join(lines),
        )


class NodeTraces:
    """One node's folder and its process namespace, which is held open: else the kernel would give its number away."""

    def __init__(self, folder: Path) -> None:
        """The node of the cluster in the folder must have come so far as to write its record."""
        record = NodeRecord.read(folder)
        assert record is not None
        self._folder = folder
        self._descriptor = os.open(f"/proc/{record.init}/ns/pid", os.O_RDONLY)
        self._namespace = os.fstat(self._descriptor).st_ino

    def close(self) -> None:
        """Let go of the namespace."""
        os.close(self._descriptor)

    def left(self) -> list[str]:
        """What is there now: empty when nothing is left."""
        return [*self._processes(), *self._mounts(), *self._groups(), *self._files()]

    def _processes(self) -> Iterator[str]:
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                inside = Path(f"/proc/{process.pid}/ns/pid").stat().st_ino == self._namespace
                about = any(str(self._folder) in argument for argument in process.cmdline())
                if (inside or about) and process.pid != os.getpid():
                    yield f"process {process.pid} {process.name()}"

    def _mounts(self) -> Iterator[str]:
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            if str(self._folder) in line:
                yield f"mount {line}"

    def _groups(self) -> Iterator[str]:
        for hierarchy in find_hierarchies():
            if (group := hierarchy / group_name(self._folder)).exists():
                yield f"control group {group}"

    def _files(self) -> Iterator[str]:
        if self._folder.exists():
            yield f"files in {self._folder}"


def wait_until_no_interface(server: str, timeout: float = 20.0) -> None:
    """Fail unless the kernel, which clears away the networks of what has ended in its own time, has done so in time."""
    deadline = time.monotonic() + timeout
    while left := interfaces_to(server):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def interfaces_to(server: str) -> list[str]:
    """The machine's end of the line to the node whose API server that is."""
    machine = str(ipaddress.ip_address(server.removeprefix("https://").rpartition(":")[0]) - 1)
    return [
        name
        for name, addresses in psutil.net_if_addrs().items()
        if any(address.address == machine for address in addresses)
    ]
