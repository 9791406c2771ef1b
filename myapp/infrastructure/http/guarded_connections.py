"""Connections to checked addresses only: what was checked is what is connected to, whatever a name resolves to later.

Names are resolved by the system, so that forms such as ``0x7f.1`` or ``2130706433`` are checked as what they stand for.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from myapp.infrastructure.http.address_guard import AddressGuard

#: How many names are resolved at once. The threads are their own: a name server that is slow holds up nobody else.
_RESOLVING = 16
#: A name, a port and a family, as ``socket.getaddrinfo`` takes them.
Lookup = Callable[[str, int, int], Sequence[tuple[Any, ...]]]


def system_lookup(host: str, port: int, family: int) -> Sequence[tuple[Any, ...]]:
    """What the system's resolver says. Raises OSError."""
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class GuardedResolver(AbstractResolver):
    """Resolves a name, and refuses it where one of its addresses is refused."""

    def __init__(self, guard: AddressGuard, lookup: Lookup = system_lookup) -> None:
        self._guard = guard
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(_RESOLVING, thread_name_prefix="http-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError, among them ForbiddenAddressError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._lookup, host, port, int(family))
        results: list[ResolveResult] = []
        for kind, _type, protocol, _name, place in found:
            address = str(place[0])
            self._guard.check(address)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        if not results:
            raise OSError(f"{host} has no address")
        return results

    async def close(self) -> None:
        """Wait for no thread: a name server may take its time."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def guarded_connector(guard: AddressGuard, lookup: Lookup = system_lookup) -> TCPConnector:
    """A connector that keeps no connection, so that no request sees anything of another one's."""

    def checked_socket(address: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _name, place = address
        guard.check(str(place[0]))  # an address in a URL does not pass a resolver
        return socket.socket(family=family, type=kind, proto=protocol)

    return TCPConnector(
        resolver=GuardedResolver(guard, lookup),
        use_dns_cache=False,
        force_close=True,
        limit=0,
        socket_factory=checked_socket,
    )
