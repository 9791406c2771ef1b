"""Requests over real sockets: what is sent, and what is made of every kind of answer and of none."""

import asyncio
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from deploy.local.certificates import CertificateAuthority
from myapp.domain.actions.http import Method
from myapp.domain.effect import FailureKind
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.address_guard import AddressGuard
from myapp.infrastructure.http.exchange import Answer, NoAnswer, OutgoingRequest
from myapp.infrastructure.http.guarded_connections import Lookup, system_lookup
from myapp.infrastructure.http.http_client import HttpClient
from myapp.infrastructure.http.http_limits import HttpLimits
from tests.http_sink import HttpSink, Reply, tls_context

LOCAL = AddressGuard(allowed=[ip_network("127.0.0.0/8"), ip_network("::1/128")])
LIMITS = HttpLimits()
LARGEST_BODY = LIMITS.response_bytes
HEADERS = {"Idempotency-Key": "uid-1", "Authorization": "canary"}


class Outcomes:
    """HttpTelemetry that keeps the outcomes."""

    def __init__(self, told: list[str]) -> None:
        self._told = told

    def http_requested(self, outcome: str, seconds: float) -> None:
        """Keep it."""
        assert 0 <= seconds < 60
        self._told.append(outcome)


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    """A server that answers."""
    with HttpSink() as sink:
        yield sink


def exchanged(
    url: str,
    method: Method = Method.GET,
    *,
    guard: AddressGuard = LOCAL,
    lookup: Lookup = system_lookup,
    body: bytes | None = None,
    trust: ssl.SSLContext | None = None,
    timeout: float = 10.0,
    whole: bool = True,
    limits: HttpLimits = LIMITS,
    told: list[str] | None = None,
) -> Answer | NoAnswer:
    """What one request comes to; ``told`` collects what is counted of it."""

    async def exchange() -> Answer | NoAnswer:
        context = trust or ssl.create_default_context()
        request = OutgoingRequest(method, URL(url), HEADERS, body, context, timedelta(seconds=timeout), whole)
        counter = Outcomes(told if told is not None else [])
        async with HttpClient(guard, limits=limits, telemetry=counter, agent="myapp/test", lookup=lookup) as client:
            return await client.exchange(request, namespace="shop")

    return asyncio.run(exchange())


def failed(found: Answer | NoAnswer) -> tuple[Reason, FailureKind, bool]:
    """Why there is no answer, and whether the request may have been received."""
    assert isinstance(found, NoAnswer), found
    assert "canary" not in found.message
    return found.reason, found.kind, found.received


def test_what_is_sent_and_answered(sink: HttpSink) -> None:
    """The author's headers and body, nothing of the environment, and the answer as it is."""
    sink.reply = Reply(201, b'{"id": 1}', {"X-One": "a"})
    found = exchanged(sink.url("/x?y=%20z"), Method.POST, body=b"{}")
    assert isinstance(found, Answer)
    assert (found.status, found.headers["x-one"], found.body) == (201, "a", '{"id": 1}')
    (request,) = sink.received
    assert (request.method, request.path, request.body, request.key) == ("POST", "/x?y=%20z", b"{}", "uid-1")
    assert request.headers["authorization"] == "canary"
    assert request.headers["user-agent"] == "myapp/test"
    assert request.headers["accept-encoding"] == "identity"


def test_no_proxy_of_the_environment(sink: HttpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy nobody could check an address."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance(exchanged(sink.url()), Answer)


@pytest.mark.parametrize("form", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_forms_of_loopback(sink: HttpSink, form: str) -> None:
    """However it is written, it is not asked."""
    reason, _, received = failed(exchanged(f"http://{form}:{sink.port}/", guard=AddressGuard()))
    assert (reason, received) == (Reason.ADDRESS_NOT_ALLOWED, False)
    assert not sink.received


@pytest.mark.parametrize("form", ["[::1]", "[::ffff:127.0.0.1]", "[::]", "0.0.0.1", "[64:ff9b::7f00:1]"])
def test_more_forms_of_loopback(sink: HttpSink, form: str) -> None:
    """Those of IPv6, and those that the kernel takes for it."""
    assert failed(exchanged(f"http://{form}:{sink.port}/", guard=AddressGuard()))[0] is Reason.ADDRESS_NOT_ALLOWED
    assert not sink.received


def test_name_that_changes_its_address(sink: HttpSink) -> None:
    """DNS rebinding: what was checked is what is connected to, and each request checks anew."""
    answers = [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "169.254.169.254"]]
    asked: list[str] = []

    def lookup(host: str, port: int, _family: int) -> Sequence[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    url = f"http://rebound.example:{sink.port}/"
    assert isinstance(exchanged(url, lookup=lookup), Answer)
    assert len(asked) == 1
    for _ in range(2):
        assert failed(exchanged(url, lookup=lookup))[0] is Reason.ADDRESS_NOT_ALLOWED
    assert len(sink.received) == 1


def test_redirect_to_a_metadata_service(sink: HttpSink) -> None:
    """A redirect passes the same checks."""
    sink.reply = Reply(302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    assert failed(exchanged(sink.url()))[0] is Reason.ADDRESS_NOT_ALLOWED
    sink.reply = Reply(302, headers={"Location": f"http://2852039166:{sink.port}/"})
    assert failed(exchanged(sink.url()))[0] is Reason.ADDRESS_NOT_ALLOWED


def test_redirect_to_another_origin(sink: HttpSink) -> None:
    """It is followed without the credentials."""
    sink.replies = [Reply(307, headers={"Location": f"http://localhost:{sink.port}/there"})]
    assert isinstance(exchanged(sink.url(), Method.POST, body=b"x"), Answer)
    first, second = sink.received
    assert first.headers["authorization"] == "canary"
    assert (second.method, second.path, second.body, second.key) == ("POST", "/there", b"x", "uid-1")
    assert "authorization" not in second.headers


def test_endless_redirects(sink: HttpSink) -> None:
    """Five are followed."""
    sink.reply = Reply(302, headers={"Location": "/again"})
    assert failed(exchanged(sink.url()))[:2] == (Reason.REDIRECT_REFUSED, FailureKind.FAILURE)
    assert len(sink.received) == 6


@pytest.mark.parametrize(("method", "most"), [(Method.GET, 2), (Method.POST, 1), (Method.PATCH, 1)])
def test_connection_breaks(sink: HttpSink, method: Method, most: int) -> None:
    """The library sends what may be repeated once more, under the same key; nothing else."""
    sink.reply = Reply(hang_up=True)
    assert failed(exchanged(sink.url(), method)) == (Reason.CONNECTION_FAILED, FailureKind.ERROR, True)
    assert 1 <= len(sink.received) <= most
    assert set(sink.keys) == {"uid-1"}


@pytest.mark.parametrize("reply", [Reply(delay=30), Reply(body=b"x" * 1000, pause=0.05)], ids=["silent", "slow body"])
def test_slow(sink: HttpSink, reply: Reply) -> None:
    """The time limit holds for the whole of it."""
    sink.reply = reply
    assert failed(exchanged(sink.url(), timeout=0.5)) == (Reason.REQUEST_TIMED_OUT, FailureKind.ERROR, True)


def test_body_too_large(sink: HttpSink) -> None:
    """Where it is needed; else its beginning is enough."""
    sink.reply = Reply(body=b"x" * (LARGEST_BODY + 1))
    assert failed(exchanged(sink.url()))[:2] == (Reason.RESPONSE_TOO_LARGE, FailureKind.FAILURE)
    beginning = exchanged(sink.url(), whole=False)
    assert isinstance(beginning, Answer)
    assert 200 < len(beginning.body) < 10_000
    sink.reply = Reply(body=b"x" * LARGEST_BODY)
    whole = exchanged(sink.url())
    assert isinstance(whole, Answer)
    assert len(whole.body) == LARGEST_BODY


@pytest.mark.parametrize(
    "reply",
    [
        Reply(raw=b"garbage\r\n\r\n"),
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx"),
        Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
        Reply(headers={"Content-Type": "text/event-stream"}),
        Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b"),
    ],
    ids=["no HTTP", "cut", "large header", "stream", "compressed"],
)
def test_invalid_answers(sink: HttpSink, reply: Reply) -> None:
    """What is no answer that can be judged."""
    sink.reply = reply
    reason, _, received = failed(exchanged(sink.url()))
    assert (reason, received) == (Reason.INVALID_RESPONSE, True)


def test_nobody_listens() -> None:
    """Nothing was received."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        assert failed(exchanged(url)) == (Reason.CONNECTION_FAILED, FailureKind.ERROR, False)


def test_name_without_an_address() -> None:
    """Nothing was received either."""
    found = exchanged("http://no-such-name.invalid/")
    assert failed(found) == (Reason.NAME_NOT_RESOLVED, FailureKind.ERROR, False)


def test_tls(tmp_path: Path) -> None:
    """Only a certificate that is trusted, for that very host."""
    authority = CertificateAuthority()
    trust = ssl.create_default_context(cadata=authority.certificate.decode())
    with HttpSink(tls_context(authority, tmp_path)) as sink:
        reason, kind, received = failed(exchanged(sink.url()))
        assert (reason, kind, received) == (Reason.TLS_FAILED, FailureKind.ERROR, False)
        assert isinstance(exchanged(sink.url(), trust=trust), Answer)
        other = exchanged(sink.url().replace("127.0.0.1", "localhost"), trust=trust)
        assert failed(other)[0] is Reason.TLS_FAILED
        assert len(sink.received) == 1
    with HttpSink() as plain:
        assert failed(exchanged(plain.url().replace("http:", "https:"), trust=trust))[0] is Reason.TLS_FAILED


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "http://169.254.169.254/", "ftp://127.0.0.1/", "http://[zz]/", "https://{sink}/"]
)
@pytest.mark.parametrize("status", [301, 302, 303])
def test_post_was_taken_whatever_fails_after_its_redirect(sink: HttpSink, status: int, target: str) -> None:
    """The first server has done it: that nothing reached the next one does not mean that nothing was received."""
    sink.reply = Reply(status, b"", {"Location": target.format(sink=f"127.0.0.1:{sink.port}")})
    assert failed(exchanged(sink.url(), Method.POST, body=b"{}"))[2] is True
    assert len(sink.received) == 1


def test_redirect_that_repeats_a_post_has_not_taken_it(sink: HttpSink) -> None:
    """307 asks for the same request elsewhere."""
    sink.reply = Reply(307, b"", {"Location": "http://127.0.0.1:1/"})
    assert failed(exchanged(sink.url(), Method.POST, body=b"{}"))[2] is False


@pytest.mark.parametrize("host", ["....", "a" * 70 + ".example"])
def test_name_that_dns_does_not_know(host: str) -> None:
    """A label is too long or empty: asking again is of no use."""
    found = exchanged(f"http://{host}/")
    assert failed(found) == (Reason.ADDRESS_NOT_ALLOWED, FailureKind.FAILURE, False)
    assert isinstance(found, NoAnswer)
    assert found.final


def test_limits_of_an_admin(sink: HttpSink) -> None:
    """Whatever the author asks for: a smaller body, a shorter time, longer headers."""
    sink.reply = Reply(body=b"x" * 2000)
    assert failed(exchanged(sink.url(), limits=HttpLimits(response_bytes=1999)))[0] is Reason.RESPONSE_TOO_LARGE
    assert isinstance(exchanged(sink.url(), limits=HttpLimits(response_bytes=2000)), Answer)
    sink.reply = Reply(headers={"X-Long": "x" * 10_000})
    assert failed(exchanged(sink.url()))[0] is Reason.INVALID_RESPONSE
    assert isinstance(exchanged(sink.url(), limits=HttpLimits(header_bytes=16_384)), Answer)
    sink.reply = Reply(delay=30)
    late = exchanged(sink.url(), limits=HttpLimits(timeout=timedelta(seconds=0.3)))
    assert isinstance(late, NoAnswer)
    assert late.message.endswith("has not answered completely within 0.3 s")


def test_outcomes_are_counted(sink: HttpSink) -> None:
    """By the class of the status, or by why there is no answer: never by where it went."""
    told: list[str] = []
    for code in (200, 204, 404, 503):
        sink.reply = Reply(code)
        exchanged(sink.url(), told=told)
    exchanged("http://127.0.0.1:1/", told=told)
    exchanged("http://169.254.169.254/", told=told)
    assert told == ["2xx", "2xx", "4xx", "5xx", "ConnectionFailed", "AddressNotAllowed"]
