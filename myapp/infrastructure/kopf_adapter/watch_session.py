"""The login that kopf uses: our own credentials, in a session with few connections.

kopf's own session has no limit: thousands of objects at once would open thousands of connections.
"""

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


async def log_in(access: WatchAccess) -> kopf.AiohttpSession:
    """A session, which kopf owns and closes. It is asked for anew when the API server answers 401."""
    session = aiohttp.ClientSession(connector=access.connector(_CONNECTIONS), headers=await access.authorization())
    return kopf.AiohttpSession(server=access.server, aiohttp_session=session)
