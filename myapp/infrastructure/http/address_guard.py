"""To which addresses requests may go.

A todo's author chooses the address, and the operator stands where the author may not: on a node's network, beside
metadata services that hand out credentials. What is decided here is decided about addresses, after names were resolved.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address

#: Refused unless a network that is allowed contains it.
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("169.254.169.254/32", "a metadata service"),
        ("169.254.170.2/32", "a metadata service"),
        ("100.100.100.200/32", "a metadata service"),
        ("168.63.129.16/32", "a metadata service"),
        ("192.0.0.192/32", "a metadata service"),
        ("fd00:ec2::254/128", "a metadata service"),
        ("fd20:ce::254/128", "a metadata service"),
        ("0.0.0.0/8", "unspecified"),
        ("::/128", "unspecified"),
        ("127.0.0.0/8", "loopback"),
        ("::1/128", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("224.0.0.0/4", "multicast"),
        ("ff00::/8", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
#: Refused where private networks are not to be reached.
_PRIVATE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "fc00::/7",
            "64:ff9b:1::/48",  # NAT64 of a network's own (RFC 8215)
        ),
    )
)
#: In these an address of IPv4 is the last 32 bits.
_WITH_IPV4_AT_THE_END: tuple[IPv6Network, ...] = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("::/96"),
    IPv6Network("::ffff:0:0:0/96"),
)
#: In this one it may also stand further to the left, behind a prefix of so many bits, with nothing after it (RFC 6052).
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_PREFIXES = (48, 56, 64)
_UNSPECIFIED_AND_LOOPBACK = (IPv6Address("::"), IPv6Address("::1"))


class ForbiddenAddressError(OSError):
    """An address to which nothing is sent; the message says why."""


class AddressGuard:
    """Knows what an admin allows and denies: of two networks that contain an address, the smaller one counts."""

    def __init__(
        self, *, allowed: Iterable[Network] = (), denied: Iterable[Network] = (), private_networks: bool = True
    ) -> None:
        self._allowed = tuple(allowed)
        self._denied = tuple(denied)
        self._private_networks = private_networks

    def check(self, address: str) -> None:
        """Raises ForbiddenAddressError, also for what is no address."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            raise ForbiddenAddressError(f"{address} is no address") from None
        for form in _forms_of(found):
            if objection := self._objection(form):
                told = str(found) if form == found else f"{found}, which leads to {form},"
                raise ForbiddenAddressError(f"requests to {told} are not allowed: {objection}")

    def _objection(self, address: _Address) -> str:
        allowed, denied = _closest(address, self._allowed), _closest(address, self._denied)
        if denied is not None and (allowed is None or denied.prefixlen >= allowed.prefixlen):
            return f"the operator's settings deny {denied}"
        if allowed is not None:
            return ""
        for network, kind in _REFUSED:
            if address in network:
                return f"it is {kind}"
        if not self._private_networks and any(address in network for network in _PRIVATE):
            return "it is private, and the operator's settings allow public addresses only"
        return ""


def _closest(address: _Address, networks: tuple[Network, ...]) -> Network | None:
    return max((network for network in networks if address in network), key=lambda net: net.prefixlen, default=None)


def _forms_of(address: _Address) -> tuple[_Address, ...]:
    """The address and, where it is one of IPv6 that stands for one of IPv4, what it stands for."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)  # the kernel sends to it over IPv4
    embedded: list[IPv4Address] = []
    if address.sixtofour is not None:
        embedded.append(address.sixtofour)
    if address.teredo is not None:
        embedded.extend(address.teredo)
    if address not in _UNSPECIFIED_AND_LOOPBACK and any(address in network for network in _WITH_IPV4_AT_THE_END):
        embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
    if address in _LOCAL_NAT64:
        embedded.extend(_behind_prefixes(int(address)))
    return (address, *embedded)


def _behind_prefixes(address: int) -> Iterator[IPv4Address]:
    """What RFC 6052 may read there: the last 32 bits, or 32 without those from 64 to 71; never 0.x.x.x."""
    if (last := address & 0xFFFFFFFF) >> 24:
        yield IPv4Address(last)
    without_octet = (address >> 64) << 56 | (address & (1 << 56) - 1)  # 120 bits
    for prefix in _PREFIXES:
        found, rest = without_octet >> (88 - prefix) & 0xFFFFFFFF, without_octet & (1 << (88 - prefix)) - 1
        if found >> 24 and not rest:
            yield IPv4Address(found)
