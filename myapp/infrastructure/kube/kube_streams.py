"""What the API server delivers other than as one object: the lines of a watch, and the text of a log.

A session of its own: a watch lasts for minutes, and must not take a connection from the pool that the work shares.
"""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from myapp.application.errors import ApiUnavailableError
from myapp.infrastructure.client_session import ClientSession
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.kube_client import understood

#: A watch says at least once a minute that it is alive, by a bookmark.
LONGEST_SILENCE = timedelta(seconds=90)


class StreamExpiredError(ApiUnavailableError):
    """410: what a watch was to begin with is not kept any more, so list and begin anew."""


class KubeStreams(ClientSession):
    """Reads streams of one API server. ``silence`` is how long a watch may say nothing, not even that it is alive."""

    def __init__(
        self, access: ClusterAccess, *, connections: int, timeout: timedelta, silence: timedelta, agent: str
    ) -> None:
        self._access = access
        self._connections = connections
        self._timeout = timeout.total_seconds()
        self._silence = silence.total_seconds()
        self._agent = agent

    def _new_session(self) -> aiohttp.ClientSession:
        connector = self._access.connector(self._connections)
        return aiohttp.ClientSession(connector=connector, headers={"User-Agent": self._agent})

    async def text(self, path: str, params: Mapping[str, str], acting_as: str) -> str:
        """A text, read with the rights of ``acting_as``; empty where there is none. Raises ApiError."""
        limit = aiohttp.ClientTimeout(total=self._timeout)
        try:
            async with await self._get(path, params, limit, acting_as) as response:
                content = await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _unanswered(path, error) from error
        if not response.ok:
            understood(f"GET {path}", response, content)
            return ""
        return content.decode(errors="replace")

    async def events(
        self, path: str, params: Mapping[str, str], acting_as: str = ""
    ) -> AsyncIterator[Mapping[str, Any]]:
        """The events of a watch, with the rights of ``acting_as`` where one is named, until the server ends it.

        Raises StreamExpiredError, or another ApiError where the watch is refused, breaks or falls silent.
        """
        limit = aiohttp.ClientTimeout(total=None, sock_connect=self._timeout, sock_read=self._silence)
        try:
            async with await self._get(path, {**params, "watch": "true"}, limit, acting_as) as response:
                if not response.ok:
                    _refused(path, response.status, understood(f"GET {path}", response, await response.read()).body)
                async for line in _lines(response.content):
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        _refused(path, event["object"].get("code", 0), event["object"])
                    yield event
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unanswered(path, error) from error

    async def _get(
        self, path: str, params: Mapping[str, str], limit: aiohttp.ClientTimeout, acting_as: str = ""
    ) -> aiohttp.ClientResponse:
        if self._session is None:
            raise ApiUnavailableError("the client is closed")
        url = URL(self._access.server + path, encoded=True).update_query(params)
        headers = await self._access.authorization(acting_as)
        return await self._session.get(url, headers=headers, timeout=limit)


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Whole lines of any length: an object may have more than what aiohttp takes for a line."""
    rest = b""
    async for chunk in content.iter_any():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in filter(None, whole):
            yield line


def _unanswered(path: str, error: Exception) -> ApiUnavailableError:
    return ApiUnavailableError(f"GET {path}: no answer from the API server ({str(error) or type(error).__name__})")


def _refused(path: str, code: int, status: Mapping[str, Any]) -> None:
    message = f"GET {path}: {code} {status.get('message', '')}"
    if code == HTTPStatus.GONE:
        raise StreamExpiredError(message)
    raise ApiUnavailableError(message, code=code)
