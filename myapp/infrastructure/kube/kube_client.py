"""One request to the API server, with a time limit, and its answer or one of the application's errors.

This is where statuses and client errors are mapped, once. It deliberately does not retry: who asked knows when to ask
again.
"""

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Protocol, TypeAlias

import aiohttp
from yarl import URL

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.infrastructure.client_session import ClientSession
from myapp.infrastructure.kube.cluster_access import ClusterAccess

MERGE_PATCH = "application/merge-patch+json"
_JSON = "application/json"

JsonBody: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""An object, or the steps of a JSON patch."""

_EXPECTED = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE})
_REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY})
_COME_BACK = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED})


class RequestCounter(Protocol):
    """Is told of every request."""

    def requested(self, method: str, code: str, seconds: float) -> None:
        """A request ended after so long with this status, or with ``error`` where there was no answer."""
        ...


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A 2xx, 404, 409 or 410, and the object that came with it."""

    code: int
    body: Mapping[str, Any]
    date: datetime | None = None
    """The API server's clock, in whole seconds."""

    @property
    def missing(self) -> bool:
        """404: there is no such object."""
        return self.code == HTTPStatus.NOT_FOUND

    @property
    def conflict(self) -> bool:
        """409: the object has changed, or exists already."""
        return self.code == HTTPStatus.CONFLICT

    @property
    def version(self) -> str:
        """The resourceVersion of the object or list."""
        return str(self.body["metadata"]["resourceVersion"])


class KubeClient(ClientSession):
    """A pool of connections to one API server."""

    def __init__(
        self,
        access: ClusterAccess,
        *,
        connections: int,
        timeout: timedelta,
        counter: RequestCounter,
        agent: str,
        may_write: Callable[[], bool],
    ) -> None:
        """``may_write`` is asked before every request that changes something: who leads no more only reads."""
        self._access = access
        self._connections = connections
        self._timeout = timeout
        self._counter = counter
        self._agent = agent
        self._may_write = may_write

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._access.connector(self._connections),
            timeout=aiohttp.ClientTimeout(total=self._timeout.total_seconds()),
            headers={"User-Agent": self._agent, "Accept": _JSON},
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonBody | None = None,
        content_type: str = _JSON,
        acting_as: str = "",
        refusals: bool = False,
    ) -> ApiAnswer:
        """Send one request, with the rights of the user ``acting_as`` where one is named (impersonation).

        Raises ApiUnavailableError or ApiRefusedError for all but a 2xx, 404, 409 and 410. With ``refusals`` a 403 or
        422 is an answer as well, for who asks in order to be refused.
        """
        if self._session is None:
            raise ApiUnavailableError("the client is closed")
        if method != "GET" and not self._may_write():
            raise ApiUnavailableError(f"{method} {path}: not sent, this replica does not lead")
        url = URL(self._access.server + path, encoded=True).update_query(params or {})
        headers = {**await self._access.authorization(acting_as), "Content-Type": content_type}
        payload = json.dumps(body, separators=(",", ":")).encode() if body is not None else None
        started = time.perf_counter()
        try:
            async with self._session.request(method, url, data=payload, headers=headers) as response:
                content = await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._counter.requested(method, "error", time.perf_counter() - started)
            cause = str(error) or type(error).__name__
            raise ApiUnavailableError(f"{method} {path}: no answer from the API server ({cause})") from error
        self._counter.requested(method, str(response.status), time.perf_counter() - started)
        return understood(f"{method} {path}", response, content, _EXPECTED | _REFUSALS if refusals else _EXPECTED)

    async def watch(self, path: str, params: Mapping[str, str], seconds: int) -> AsyncIterator[Mapping[str, Any]]:
        """The events of a watch, which ends after so many seconds or when the connection breaks. Raises ApiError."""
        if self._session is None:
            raise ApiUnavailableError("the client is closed")
        query = {**params, "watch": "true", "timeoutSeconds": str(seconds)}
        url = URL(self._access.server + path, encoded=True).update_query(query)
        limit = aiohttp.ClientTimeout(total=seconds + self._timeout.total_seconds())
        try:
            async with self._session.get(url, headers=await self._access.authorization(), timeout=limit) as response:
                if response.status != HTTPStatus.OK:
                    understood(f"WATCH {path}", response, await response.read(), frozenset())
                async for line in response.content:
                    yield json.loads(line)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise ApiUnavailableError(f"WATCH {path}: {str(error) or type(error).__name__}") from error


def understood(
    what: str, response: aiohttp.ClientResponse, content: bytes, expected: frozenset[HTTPStatus] = _EXPECTED
) -> ApiAnswer:
    """What the API server has answered to ``what``. Raises ApiUnavailableError or ApiRefusedError."""
    code = response.status
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body = {}
    # A 404 that names no object comes from a server that does not serve the kind, be it only for a moment while it
    # starts: it must not be taken for "this todo was deleted".
    kind_missing = code == HTTPStatus.NOT_FOUND and not (body.get("details") or {}).get("name")
    if code < HTTPStatus.BAD_REQUEST or (code in expected and not kind_missing):
        return ApiAnswer(code, body, _date(response))
    message = f"{what}: {code} {body.get('message') or response.reason}"
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _COME_BACK or kind_missing:
        after = response.headers.get("Retry-After", "")
        raise ApiUnavailableError(message, timedelta(seconds=int(after)) if after.isdigit() else None, code)
    raise ApiRefusedError(message, code)


def _date(response: aiohttp.ClientResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
