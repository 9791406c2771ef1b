"""The session that kopf uses: our own credentials, few connections, and listings that cost nothing.

kopf would keep the token that it got at its login, and notice with a 401 that it has ended, which breaks all watches at
once; so each request says anew who we are.

kopf lists before it watches, and hands over every object of the listing as an event of its own: 60 % of what a restart
with 20,000 todos took, although the operator lists for itself anyway, because it must know what is gone. So kopf's
listings are asked for a name that no object can have: the answer is empty and carries the version from which the watch
goes on, and our own listing, made after it, covers everything before.
kopf's own session has no limit: thousands of objects at once would open thousands of connections.
"""

from collections.abc import Callable, Collection
from typing import Protocol

import aiohttp
import kopf

from myapp.application.errors import ApiUnavailableError

#: Not a valid name of an object, so no object has it.
_NOBODY = "metadata.name=-"


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
        """The header that says who we are. Raises ApiUnavailableError when that cannot be read."""
        ...


#: Connections beside that of each watch: for the lists that start them.
_FOR_LISTS = 4


async def log_in(access: WatchAccess, listed: Callable[[], None], collections: Collection[str]) -> kopf.AiohttpSession:
    """A session, which kopf owns and closes. It is asked for anew when the API server answers 401.

    ``collections`` are the paths of what is watched. ``listed`` is called after each listing of one of them: a watch
    starts, or starts anew after 410 Gone, and from now on only changes after this moment will be told.
    """

    async def list_nothing(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        if request.url.raw_path not in collections or "watch" in request.url.query:
            return await send(request)
        request.url = request.url.update_query(fieldSelector=_NOBODY)
        response = await send(request)
        listed()
        return response

    async def say_who_we_are(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        try:
            request.headers.update(await access.authorization())
        except ApiUnavailableError as error:  # one that kopf waits after and tries again
            raise aiohttp.ClientConnectionError(str(error)) from error
        return await send(request)

    session = aiohttp.ClientSession(
        connector=access.connector(len(collections) + _FOR_LISTS),
        middlewares=(say_who_we_are, list_nothing),
    )
    return kopf.AiohttpSession(server=access.server, aiohttp_session=session)
