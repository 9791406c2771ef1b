"""Which addresses requests may go to, in whatever form they come."""

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.infrastructure.http.address_guard import AddressGuard, ForbiddenAddressError

DEFAULT = AddressGuard()
PUBLIC_ONLY = AddressGuard(private_networks=False)
REFUSED = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "::1": "loopback",
    "0.0.0.0": "unspecified",  # noqa: S104 - an address like others here
    "0.1.2.3": "unspecified",
    "::": "unspecified",
    "169.254.169.254": "a metadata service",
    "169.254.170.2": "a metadata service",
    "fd00:ec2::254": "a metadata service",
    "100.100.100.200": "a metadata service",
    "168.63.129.16": "a metadata service",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "site-local",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "255.255.255.255": "reserved",
}
PRIVATE = ["10.0.0.1", "172.16.5.5", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "fc00::1", "fd12::1"]
PRIVATE += ["64:ff9b:1::101:101", "64:ff9b:1:101:1:100::"]  # NAT64 of a network's own
PUBLIC = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:4700::1111"]
V4 = st.integers(0, 2**32 - 1).map(IPv4Address)


def behind_prefix(bits: int, v4: IPv4Address) -> IPv6Address:
    """As RFC 6052 writes it: the octet from bit 64 on is left out."""
    text = f"{0x0064FF9B0001 << 72 | int(v4) << 88 - bits:030x}"  # without the octet
    return IPv6Address(int(f"{text[:16]}00{text[16:]}", 16))


#: How an address of IPv4 is written as one of IPv6.
FORMS: dict[str, Callable[[IPv4Address], IPv6Address]] = {
    "mapped": lambda v4: IPv6Address(0xFFFF << 32 | int(v4)),
    "compatible": lambda v4: IPv6Address(int(v4)),
    "NAT64": lambda v4: IPv6Address(int(IPv6Address("64:ff9b::")) | int(v4)),
    "local NAT64": lambda v4: IPv6Address(int(IPv6Address("64:ff9b:1::")) | int(v4)),
    **{f"local NAT64 behind {bits} bits": partial(behind_prefix, bits) for bits in (48, 56, 64)},
    "6to4": lambda v4: IPv6Address(0x2002 << 112 | int(v4) << 80 | 1),
    "Teredo server": lambda v4: IPv6Address(0x20010000 << 96 | int(v4) << 64 | (0xFFFFFFFF ^ 0x01010101)),
    "Teredo client": lambda v4: IPv6Address(0x20010000 << 96 | 0x01010101 << 64 | (0xFFFFFFFF ^ int(v4))),
}


def refused(guard: AddressGuard, address: str) -> str:
    """Why; empty where it is allowed."""
    try:
        guard.check(address)
    except ForbiddenAddressError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_never_by_default(address: str, kind: str) -> None:
    """What lies on the node, or hands out credentials."""
    assert refused(DEFAULT, address).endswith(f"are not allowed: it is {kind}")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_by_setting(address: str) -> None:
    """A cluster's own Services are what smoke tests ask, unless an admin says otherwise."""
    assert refused(DEFAULT, address) == ""
    assert "public addresses only" in refused(PUBLIC_ONLY, address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """The rest of the world may be asked."""
    assert refused(PUBLIC_ONLY, address) == ""


@pytest.mark.parametrize("address", ["", "localhost", "1.2.3", "0x7f.1", "::g"])
def test_what_is_no_address(address: str) -> None:
    """It is refused, since nobody can tell where it leads."""
    assert refused(DEFAULT, address).endswith("is no address")


def test_smaller_network_counts() -> None:
    """An admin opens a network, closes a part of it, and opens one address of that; a tie is denied."""
    allowed, denied = ["127.0.0.0/8", "127.1.1.1/32", "10.0.0.0/8"], ["127.1.0.0/16", "10.0.0.0/8"]
    guard = AddressGuard(allowed=map(ip_network, allowed), denied=map(ip_network, denied))
    assert refused(guard, "127.0.0.1") == ""
    assert "the operator's settings deny 127.1.0.0/16" in refused(guard, "127.1.0.1")
    assert refused(guard, "127.1.1.1") == ""
    assert "deny 10.0.0.0/8" in refused(guard, "10.1.1.1")


@pytest.mark.parametrize("form", FORMS)
@given(v4=V4)
def test_other_forms_of_an_address(form: str, v4: IPv4Address) -> None:
    """What is refused as IPv4 is refused in every form of IPv6 that leads there."""
    if refused(PUBLIC_ONLY, str(v4)):
        assert refused(PUBLIC_ONLY, str(FORMS[form](v4)))


@given(v4=V4)
def test_mapped_is_the_same(v4: IPv4Address) -> None:
    """A mapped address is nothing but the other one, also for an admin who allows it."""
    mapped = str(FORMS["mapped"](v4))
    assert bool(refused(PUBLIC_ONLY, mapped)) == bool(refused(PUBLIC_ONLY, str(v4)))
    assert refused(AddressGuard(allowed=[IPv4Network(v4)]), mapped) == ""


@given(address=st.ip_addresses(), one=V4, other=V4)
def test_denied_is_denied(address: IPv4Address | IPv6Address, one: IPv4Address, other: IPv4Address) -> None:
    """Nothing passes where everything is denied, but what is allowed one by one."""
    everything = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    assert refused(AddressGuard(denied=everything), str(address))
    guard = AddressGuard(denied=everything, allowed=[ip_network(f"{one}/32")])
    assert refused(guard, str(one)) == ""
    assert bool(refused(guard, str(other))) == (other != one)
