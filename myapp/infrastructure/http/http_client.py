"""Sends a request, follows redirects, and reads what is answered, all within a time limit and a size.

It deliberately does not retry; the library sends a method that may be repeated once more where a connection breaks. The
environment's proxies are not used: behind one, nobody could check an address.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp

from myapp.domain.effect import FailureKind
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.client_session import ClientSession
from myapp.infrastructure.http.address_guard import AddressGuard
from myapp.infrastructure.http.exchange import Answer, NoAnswer, OutgoingRequest
from myapp.infrastructure.http.fair_slots import FairSlots
from myapp.infrastructure.http.guarded_connections import Lookup, guarded_connector, system_lookup
from myapp.infrastructure.http.http_limits import HttpLimits
from myapp.infrastructure.http.redirects import MOST_REDIRECTS, Hop, RedirectError
from myapp.infrastructure.http.request_failure import failure_of

#: Bytes that are read for people to see how it begins.
BEGINNING = 8 * 1024
_CONNECT_TIMEOUT = 10.0
_STREAMS = frozenset({"text/event-stream", "multipart/x-mixed-replace"})


class HttpTelemetry(Protocol):
    """Is told of every request."""

    def http_requested(self, outcome: str, seconds: float) -> None:
        """A request has ended: with the class of its answer's status, as ``2xx``, or with the reason for none."""
        ...


@dataclass(slots=True)
class _Sent:
    """What has become of a request on its way."""

    headers: bool = False
    """Whether anything of the latest hop has left."""
    processed: bool = False
    """Whether an earlier hop was answered as done: whatever fails later, the first server has the request."""


class HttpClient(ClientSession):
    """Open while the context is."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        limits: HttpLimits,
        telemetry: HttpTelemetry,
        agent: str,
        lookup: Lookup = system_lookup,
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._telemetry = telemetry
        self._agent = agent
        self._lookup = lookup
        self._slots = FairSlots(limits.requests)

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=guarded_connector(self._guard, self._lookup),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
            headers={"User-Agent": self._agent, "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=self._limits.header_bytes,
            max_field_size=self._limits.header_bytes,
            trace_configs=[_tracing()],
        )

    @property
    def waiting(self) -> int:
        """How many requests wait because too many are under way."""
        return self._slots.waiting

    async def exchange(self, request: OutgoingRequest, *, namespace: str) -> Answer | NoAnswer:
        """Send the request for somebody of the namespace, and follow redirects to an answer."""
        async with self._slots.held_by(namespace):
            sent, began_at = _Sent(), time.perf_counter()
            outcome = await self._exchange(request, sent)
        self._telemetry.http_requested(_told(outcome), time.perf_counter() - began_at)
        if not sent.processed:
            return outcome
        if isinstance(outcome, NoAnswer):
            return replace(outcome, received=True)
        return replace(outcome, processed=True)

    async def _exchange(self, request: OutgoingRequest, sent: _Sent) -> Answer | NoAnswer:
        hop = Hop(request.method, request.url, request.headers, request.body)
        seconds = min(request.timeout, self._limits.timeout).total_seconds()
        try:
            async with asyncio.timeout(seconds) as limit:
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
            return following or await _read(response, hop, self._limits.response_bytes if request.whole_body else None)


def _told(outcome: Answer | NoAnswer) -> str:
    return str(outcome.reason) if isinstance(outcome, NoAnswer) else f"{outcome.status // 100}xx"


async def _read(response: aiohttp.ClientResponse, hop: Hop, most: int | None) -> Answer | NoAnswer:
    """The whole body, which must not be larger than ``most``; without that, how it begins."""
    headers = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
    if response.content_type in _STREAMS or response.status < 200:  # noqa: PLR2004 - another protocol
        message = f"{hop.origin} answers with a stream ({response.content_type}), which has no end to wait for"
        return NoAnswer(Reason.INVALID_RESPONSE, message, FailureKind.FAILURE, received=True)
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        if most is None:
            return Answer(response.status, headers, "")
        message = f"{hop.origin} answers in the encoding {encoding}, which was not asked for"
        return NoAnswer(Reason.INVALID_RESPONSE, message, FailureKind.FAILURE, received=True)
    limit, content = BEGINNING if most is None else most, bytearray()
    while len(content) <= limit and (chunk := await response.content.read(limit + 1 - len(content))):
        content += chunk
    if most is not None and len(content) > limit:
        message = f"{hop.origin} answers with more than {limit} bytes"
        return NoAnswer(Reason.RESPONSE_TOO_LARGE, message, FailureKind.FAILURE, received=True)
    return Answer(response.status, headers, bytes(content).decode(errors="replace"))


def _tracing() -> aiohttp.TraceConfig:
    async def headers_sent(_session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: Any) -> None:  # noqa: ANN401 - aiohttp's
        context.trace_request_ctx.headers = True

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(headers_sent)
    return tracing
