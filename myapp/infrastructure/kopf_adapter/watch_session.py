"""The login that kopf uses: our own credentials, in a session with few connections.

kopf's own session has no limit: thousands of objects at once would open thousands of connections.
"""

from collections.abc import Callable
from typing import Protocol

import aiohttp
import kopf


class WatchAccess(Protocol):
    """The API server to watch, and the credentials for it."""

    @property
    def server(self) -> str:
        """Its URL."""
        ...

    def connector(self, connections: int) -> aiohttp.TCPConnector:
        """A pool of at most so many connections."""
        ...

    async def authorization(self) -> dict[str, str]:
        """The header that says who we are."""
        ...


#: One for each watch, and a few for the lists that start them.
_CONNECTIONS = 6


async def log_in(access: WatchAccess, listed: Callable[[], None]) -> kopf.AiohttpSession:
    """A session, which kopf owns and closes. It is asked for anew when the API server answers 401.

    ``listed`` is called when kopf has read a part of a listing: a watch starts, or starts anew after 410 Gone. kopf
    itself tells only of the objects that such a listing has, so where all were deleted it would tell nothing.
    """

    async def tell(_session: object, _context: object, end: aiohttp.TraceRequestEndParams) -> None:
        if "watch" not in end.url.query:
            listed()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(tell)
    session = aiohttp.ClientSession(
        connector=access.connector(_CONNECTIONS), headers=await access.authorization(), trace_configs=[trace]
    )
    return kopf.AiohttpSession(server=access.server, aiohttp_session=session)
