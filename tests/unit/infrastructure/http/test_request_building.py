"""Requests as they are sent, and what of them may be seen."""

import json
import ssl
from base64 import b64encode
from urllib.parse import quote

import pytest

from myapp.domain.actions.http import Header, Http, Method, SecretKey
from myapp.domain.effect import EffectId, Held
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.exchange import Answer, NoAnswer
from myapp.infrastructure.http.request_building import Prepared, prepare

TRUST = ssl.create_default_context()
ID = EffectId("uid", 3)
TOKEN, CA = SecretKey("ci", "token"), SecretKey("ci", "ca.crt")


def prepared(action: Http, **secrets: bytes) -> Prepared | Held | NoAnswer:
    """The request; secrets by their keys."""
    kept = {"token": TOKEN, "ca": CA}
    return prepare(action, ID, {kept[name]: value for name, value in secrets.items()}, TRUST, whole_body=False)


def with_token(**fields: str) -> Http:
    """An action with a header from a Secret."""
    return Http("https://a/", headers=(Header("Authorization", "Bearer ", TOKEN),), **fields)  # type: ignore[arg-type] # texts


def test_headers() -> None:
    """The key of the attempt, what the author wrote, and what the Secret holds, without the line break of its file."""
    found = prepared(with_token(), token=b"canary\n")
    assert isinstance(found, Prepared)
    assert found.request.headers == {"Authorization": "Bearer canary", "Idempotency-Key": "uid-3"}
    assert "canary" not in repr(found)


@pytest.mark.parametrize("token", [b"", b"\n", b"a\nb", b"a\r\nX: y", b"\xff", b"\x00", b"x" * 4097])
def test_what_is_no_header(token: bytes) -> None:
    """It is told by the Secret's name, and nothing is shown of it."""
    found = prepared(with_token(), token=token)
    assert isinstance(found, Held)
    assert found.reason is Reason.INVALID_SECRET
    assert found.message.startswith("key token of Secret ci cannot be a header")


@pytest.mark.parametrize("url", ["http://a:99999/", "http://a:b/", "http://[zz]/", "http://[::1/", "http://xn--/"])
def test_what_is_no_address(url: str) -> None:
    """A todo of an earlier revision may have it: it is told, and nothing is tried again."""
    found = prepared(Http(url))
    assert isinstance(found, NoAnswer)
    assert (found.reason, found.final) == (Reason.ADDRESS_NOT_ALLOWED, True)


def test_what_is_no_certificate() -> None:
    """The same for authorities."""
    for content in (b"", b"no PEM", b"\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        found = prepared(Http("https://a/", ca=CA), ca=content)
        assert found == Held(Reason.INVALID_SECRET, "key ca.crt of Secret ci holds no certificates in PEM form")


@pytest.mark.parametrize(
    ("body", "kind"), [('{"a": 1}', "application/json"), ("a=1", "text/plain; charset=utf-8"), (None, None)]
)
def test_content_type(body: str | None, kind: str | None) -> None:
    """By what the body is, unless the author says it."""
    found = prepared(Http("https://a/", Method.POST, body=body))
    assert isinstance(found, Prepared)
    assert found.request.headers.get("Content-Type") == kind
    said = prepared(Http("https://a/", Method.POST, (Header("content-type", "x/y"),), body))
    assert isinstance(said, Prepared)
    assert "Content-Type" not in said.request.headers


def test_echo_is_hidden() -> None:
    """A receiver that repeats what it was sent, plain or within JSON, tells nobody."""
    found = prepared(with_token(), token=b'can"ary')
    assert isinstance(found, Prepared)
    echo = Answer(400, {"x-echo": 'Bearer can"ary'}, json.dumps({"got": 'Bearer can"ary'}) + 'can"ary')
    hidden = found.hidden(echo)
    assert hidden == Answer(400, {"x-echo": "Bearer (hidden)"}, '{"got": "Bearer (hidden)"}(hidden)')


@pytest.mark.parametrize(
    ("token", "echo"),
    [
        (b"Bearer canary-0123", "canary-0123"),
        (b64encode(b"user:canary-pass"), "canary-pass"),
        (b64encode(b"user:canary-pass"), "user:canary-pass"),
        (b"Basic " + b64encode(b"user:canary"), "canary"),
        (b"canary/01+23 x", quote("canary/01+23 x", safe="")),
        (b"Bearer c4n", "Bearer c4n"),
        (b"Token c4nr", "c4nr"),
        (b"user c4n4ry", "c4n4ry"),
        (b"canary-0123", b64encode(b"canary-0123").decode()),
    ],
)
def test_echo_of_a_part_is_hidden(token: bytes, echo: str) -> None:
    """Without its scheme, decoded, or encoded: what a receiver takes out of a credential is hidden as well."""
    found = prepared(with_token(), token=token)
    assert isinstance(found, Prepared)
    hidden = found.hidden(Answer(403, {"x-echo": echo}, json.dumps({"token": echo})))
    assert echo not in hidden.body + hidden.headers["x-echo"]
    assert hidden.body.startswith('{"token": "(hidden)')


def test_a_scheme_is_no_secret() -> None:
    """It may be told: hidden, it would only spoil what people are to read."""
    found = prepared(with_token(), token=b"Basic dXNlcjpjYW5hcnk=")
    assert isinstance(found, Prepared)
    assert found.hidden(Answer(401, {}, "Basic realm, not Bearer")).body == "Basic realm, not Bearer"
