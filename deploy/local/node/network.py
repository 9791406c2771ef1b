"""The line between the machine and a node's network namespace: one pair of interfaces, one address at each end.

It is the only thing outside the namespaces. The kernel removes both ends when the namespaces end. Neither the
machine's forwarding nor its packet filter is touched: what a pod sends elsewhere than to the cluster or this machine
goes nowhere.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from deploy.local.cache import cache_folder
from deploy.local.errors import StartError
from deploy.local.node.namespaces import Namespaces, run_command

POOL = ipaddress.IPv4Network("10.213.0.0/20")
INTERFACE_PREFIX = "myapp-"
INNER_INTERFACE = "eth0"
ROUTES = Path("/proc/net/route")
LOCK_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class NodeAddresses:
    """The machine's end is `interface`; `node` is the node's own address, and its cluster's API server's."""

    interface: str
    node: str


def connect(namespaces: Namespaces, ip: Path) -> NodeAddresses:
    """Lay the line, with addresses that nothing on this machine uses. Raises StartError."""
    with FileLock(cache_folder() / "node-network.lock", timeout=LOCK_TIMEOUT):
        network = choose_network(used_networks())
        machine, node = network.hosts()
        addresses = NodeAddresses(f"{INTERFACE_PREFIX}{int(machine) & 0xFFF:03x}", str(node))
        prefix = network.prefixlen
        peer = ("peer", "name", INNER_INTERFACE, "netns", str(namespaces.init))
        run_command(ip, "link", "add", addresses.interface, "type", "veth", *peer)
        run_command(ip, "address", "add", f"{machine}/{prefix}", "dev", addresses.interface)
        run_command(ip, "link", "set", addresses.interface, "up")
    inside: tuple[str, ...] = (*namespaces.network_launcher, str(ip))
    run_command(*inside, "link", "set", "lo", "up")
    run_command(*inside, "address", "add", f"{node}/{prefix}", "dev", INNER_INTERFACE)
    run_command(*inside, "link", "set", INNER_INTERFACE, "up")
    # kube-proxy rewrites the addresses of Services on their way out: there must be a way out.
    run_command(*inside, "route", "add", "default", "via", str(machine))
    return addresses


def disconnect(addresses: NodeAddresses, ip: Path) -> None:
    """Remove the line now; the kernel would do so a moment after the namespaces' end. One that is gone is no error."""
    with suppress(StartError):
        run_command(ip, "link", "delete", addresses.interface)


def choose_network(used: Iterable[ipaddress.IPv4Network]) -> ipaddress.IPv4Network:
    """The first network of the pool that overlaps none of those. Raises StartError when there is none."""
    taken = list(used)
    for candidate in POOL.subnets(new_prefix=30):
        if not any(candidate.overlaps(network) for network in taken):
            return candidate
    raise StartError(f"every address in {POOL} is used on this machine: no address is left for a node")


def used_networks() -> Iterator[ipaddress.IPv4Network]:
    """Networks that an interface or a route of this machine leads to, but the default route."""
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family == socket.AF_INET:
                yield ipaddress.IPv4Network(f"{address.address}/{address.netmask or 32}", strict=False)
    for line in ROUTES.read_text().splitlines()[1:]:
        fields = line.split()
        destination, mask = (int.from_bytes(bytes.fromhex(field), "little") for field in (fields[1], fields[7]))
        if mask:
            yield ipaddress.IPv4Network((destination, mask.bit_count()))
