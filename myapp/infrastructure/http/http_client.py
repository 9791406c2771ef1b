"""Sends a request, follows redirects, and reads what is answered, all within a time limit and a size.

It deliberately does not retry; the library sends a method that may be repeated once more where a connection breaks. The
environment's proxies are not used: behind one, nobody could check an address.
"""

import asyncio
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import aiohttp

from myapp.domain.effect import FailureKind
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.client_session import ClientSession
from myapp.infrastructure.http.address_guard import AddressGuard
from myapp.infrastructure.http.exchange import Answer, NoAnswer, OutgoingRequest
from myapp.infrastructure.http.guarded_connections import Lookup, guarded_connector, system_lookup
from myapp.infrastructure.http.redirects import MOST_REDIRECTS, Hop, RedirectError
from myapp.infrastructure.http.request_failure import failure_of

#: Bytes of a body that expressions may look at.
LARGEST_BODY = 256 * 1024
#: Bytes that are read for people to see how it begins.
BEGINNING = 8 * 1024
#: Requests under way at once; the others wait, and their time has not begun.
MOST_REQUESTS = 256
_CONNECT_TIMEOUT = 10.0
_STREAMS = frozenset({"text/event-stream", "multipart/x-mixed-replace"})


@dataclass(slots=True)
class _Sent:
    """What has become of a request on its way."""

    headers: bool = False
    """Whether anything of the latest hop has left."""
    processed: bool = False
    """Whether an earlier hop was answered as done: whatever fails later, the first server has the request."""


class HttpClient(ClientSession):
    """Open while the context is."""

    def __init__(self, guard: AddressGuard, *, agent: str, lookup: Lookup = system_lookup) -> None:
        self._guard = guard
        self._agent = agent
        self._lookup = lookup
        self._slots = asyncio.Semaphore(MOST_REQUESTS)

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=guarded_connector(self._guard, self._lookup),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
            headers={"User-Agent": self._agent, "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_tracing()],
        )

    async def exchange(self, request: OutgoingRequest) -> Answer | NoAnswer:
        """Send the request and follow redirects to an answer."""
        async with self._slots:
            sent = _Sent()
            outcome = await self._exchange(request, sent)
        if not sent.processed:
            return outcome
        if isinstance(outcome, NoAnswer):
            return replace(outcome, received=True)
        return replace(outcome, processed=True)

    async def _exchange(self, request: OutgoingRequest, sent: _Sent) -> Answer | NoAnswer:
        hop = Hop(request.method, request.url, request.headers, request.body)
        try:
            async with asyncio.timeout(request.timeout.total_seconds()) as limit:
                for _ in range(MOST_REDIRECTS + 1):
                    sent.headers = False
                    outcome = await self._step(request, hop, sent)
                    if not isinstance(outcome, Hop):
                        return outcome
                    hop = outcome
        except RedirectError as error:
            return NoAnswer(Reason.REDIRECT_REFUSED, str(error), FailureKind.FAILURE)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if limit.expired():
                seconds = request.timeout.total_seconds()
                message = f"{hop.origin} has not answered completely within {seconds:g} s"
                return NoAnswer(Reason.REQUEST_TIMED_OUT, message, received=sent.headers)
            return failure_of(error, hop.origin, sent=sent.headers, redirected=hop.url != request.url)
        message = f"there are more than {MOST_REDIRECTS} redirects, the last of them from {hop.origin}"
        return NoAnswer(Reason.REDIRECT_REFUSED, message, FailureKind.FAILURE)

    async def _step(self, request: OutgoingRequest, hop: Hop, sent: _Sent) -> Answer | NoAnswer | Hop:
        if self._session is None:
            return NoAnswer(Reason.UNAVAILABLE, "the operator is stopping")
        async with self._session.request(
            hop.method,
            hop.url,
            headers=dict(hop.headers),
            data=hop.body,
            ssl=request.trust,
            allow_redirects=False,
            trace_request_ctx=sent,
        ) as response:
            sent.processed = sent.processed or hop.processed_by(response.status)
            following = hop.next(response.status, response.headers.get("Location"))
            return following or await _read(response, hop, whole=request.whole_body)


async def _read(response: aiohttp.ClientResponse, hop: Hop, *, whole: bool) -> Answer | NoAnswer:
    headers = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
    if response.content_type in _STREAMS or response.status < 200:  # noqa: PLR2004 - another protocol
        message = f"{hop.origin} answers with a stream ({response.content_type}), which has no end to wait for"
        return NoAnswer(Reason.INVALID_RESPONSE, message, FailureKind.FAILURE, received=True)
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        if not whole:
            return Answer(response.status, headers, "")
        message = f"{hop.origin} answers in the encoding {encoding}, which was not asked for"
        return NoAnswer(Reason.INVALID_RESPONSE, message, FailureKind.FAILURE, received=True)
    limit, content = LARGEST_BODY if whole else BEGINNING, bytearray()
    while len(content) <= limit and (chunk := await response.content.read(limit + 1 - len(content))):
        content += chunk
    if whole and len(content) > limit:
        message = f"{hop.origin} answers with more than {limit} bytes"
        return NoAnswer(Reason.RESPONSE_TOO_LARGE, message, FailureKind.FAILURE, received=True)
    return Answer(response.status, headers, bytes(content).decode(errors="replace"))


def _tracing() -> aiohttp.TraceConfig:
    async def headers_sent(_session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: Any) -> None:  # noqa: ANN401 - aiohttp's
        context.trace_request_ctx.headers = True

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(headers_sent)
    return tracing
