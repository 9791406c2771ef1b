"""All that a node needs, from where it comes: Debian's packages and Go modules."""

from pathlib import Path

from rich.console import Console

from deploy.local.errors import NodeError
from deploy.local.node.packages import DebianPackages, provide_packages
from deploy.local.node.requirements import find_obstacle
from deploy.local.tools import node_binaries

FROM_PACKAGES = ("containerd", "ctr", "runc", "ip", "iptables")


def provide_node(console: Console | None = None) -> tuple[DebianPackages, dict[str, Path]]:
    """The unpacked packages, and every program that is started, by name; built now if need be.

    Raises NodeError when no node can run here, BinariesError when something cannot be built or downloaded.
    """
    if obstacle := find_obstacle():
        raise NodeError(obstacle)
    packages = provide_packages(console)
    for name in FROM_PACKAGES:
        packages.program(name)
    return packages, node_binaries(console) | {"containerd": packages.program("containerd")}
