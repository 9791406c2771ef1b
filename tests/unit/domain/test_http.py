"""What the author of a request may say, and what is said of it."""

from datetime import timedelta
from typing import Any

import pytest

from myapp.domain.actions.http import FORBIDDEN_HEADERS, Header, Http, Method, SecretKey
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.todo_phase import Reason
from tests.unit.domain.builders import active, plan, todo

URL = "https://example.com/deploy?token=1"
SECRET = {"name": "ci", "key": "token"}


def http(**fields: object) -> Http:
    """The action."""
    return Http.create_from_fields(EntryFields({"url": URL, **fields}, "spec.http"))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"url": ""}, "spec.http.url"),
    "another scheme": ({"url": "file:///etc/passwd"}, "spec.http.url"),
    "a user in the address": ({"url": "https://me:pw@example.com/"}, "spec.http.url"),
    "a fragment": ({"url": "https://example.com/#a"}, "spec.http.url"),
    "a line break": ({"url": "https://example.com/a\n"}, "spec.http.url"),
    "a back-slash": ({"url": "https://example.com\\@evil/"}, "spec.http.url"),
    "a port above all": ({"url": "http://a:65536/"}, "spec.http.url"),
    "a port in letters": ({"url": "http://a:b/"}, "spec.http.url"),
    "no host": ({"url": "http://:80/"}, "spec.http.url"),
    "dots only": ({"url": "http://..../"}, "spec.http.url"),
    "no number in brackets": ({"url": "http://[zz]/"}, "spec.http.url"),
    "an open bracket": ({"url": "http://[::1/"}, "spec.http.url"),
    "an unfinished label": ({"url": "http://xn--/"}, "spec.http.url"),
    "a long label": ({"url": f"http://{'a' * 64}.example/"}, "spec.http.url"),
    "an unknown method": ({"method": "TRACE"}, "spec.http.method"),
    "no time": ({"timeout": "0s"}, "spec.http.timeout"),
    "too much time": ({"timeout": "6m"}, "spec.http.timeout"),
    "too often": ({"poll_interval": "500ms"}, "spec.http.pollInterval"),
    "a POST again and again": ({"method": "POST", "poll_interval": "5s"}, "spec.http.pollInterval"),
    "a GET with a body": ({"body": "x"}, "spec.http.body"),
    "authorities without TLS": ({"url": "http://a/", "ca_secret_ref": SECRET}, "spec.http.caSecretRef"),
    "a header without a value": ({"headers": [{"name": "A"}]}, "spec.http.headers[0].value"),
    "two values": ({"headers": [{"name": "A", "value": "", "secret_ref": SECRET}]}, "spec.http.headers[0].value"),
    "a prefix of nothing": ({"headers": [{"name": "A", "value": "a", "prefix": "b"}]}, "spec.http.headers[0].prefix"),
    "no header's name": ({"headers": [{"name": "A B", "value": ""}]}, "spec.http.headers[0].name"),
    "a forged header": ({"headers": [{"name": "A", "value": "a\r\nB: c"}]}, "spec.http.headers[0].value"),
    "a forged name": ({"headers": [{"name": "A: b\r\nC", "value": ""}]}, "spec.http.headers[0].name"),
    "a header twice": ({"headers": [{"name": "A", "value": ""}, {"name": "a", "value": ""}]}, "spec.http.headers[1]"),
}


@pytest.mark.parametrize(("fields", "where"), REFUSED.values(), ids=REFUSED)
def test_refused(fields: dict[str, Any], where: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidTodoError) as caught:
        http(**fields)
    assert str(caught.value).startswith(where)


@pytest.mark.parametrize("name", FORBIDDEN_HEADERS)
def test_headers_of_the_operator(name: str) -> None:
    """In whatever case they are written."""
    with pytest.raises(InvalidTodoError, match="the operator sets"):
        http(headers=[{"name": name.title(), "value": "x"}])


def test_everything() -> None:
    """What is written is what is read."""
    found = http(
        method="POST",
        headers=[{"name": "Authorization", "secret_ref": SECRET, "prefix": "Bearer "}, {"name": "A", "value": "b"}],
        body="",
        timeout="10s",
        success_when="response.status == 200",
        failure_when="false",
        idempotent=True,
        ca_secret_ref={"name": "ci", "key": "ca.crt"},
    )
    token, ca = SecretKey("ci", "token"), SecretKey("ci", "ca.crt")
    assert found == Http(
        URL,
        Method.POST,
        (Header("Authorization", "Bearer ", token), Header("A", "b")),
        "",
        timedelta(seconds=10),
        "response.status == 200",
        "false",
        None,
        True,
        ca,
    )
    assert found.secrets == (token, ca)
    assert found.target == "POST https://example.com/deploy"


@pytest.mark.parametrize(
    ("fields", "repeatable"),
    [
        ({}, True),
        ({"method": "PUT"}, True),
        ({"method": "DELETE"}, True),
        ({"method": "POST"}, False),
        ({"method": "PATCH"}, False),
        ({"method": "POST", "idempotent": True}, True),
    ],
)
def test_repeatable(fields: dict[str, Any], repeatable: bool) -> None:
    """By the method's own meaning, unless the author knows better."""
    assert http(**fields).repeatable is repeatable


@pytest.mark.parametrize("retry", [{"max_attempts": 2}, {"max_attempts": 2, "on": ["Failure", "Timeout"]}])
def test_no_second_post_after_a_timeout(retry: dict[str, Any]) -> None:
    """Where the Todo's timeout strikes, nobody can tell what became of the request."""
    post = {"url": URL, "method": "POST"}
    with pytest.raises(InvalidTodoError, match=r"http\.idempotent"):
        todo("a", http=post, retry=retry, timeout="1m")
    todo("a", http=post, retry=retry)
    todo("a", http={**post, "idempotent": True}, retry=retry, timeout="1m")
    todo("a", http=post, retry={**retry, "on": ["Error"]}, timeout="1m")


def test_what_is_done_first() -> None:
    """The fence says what is sent where, without the query, which may hold what is not for everybody."""
    status = plan(todo("a", http={"url": URL})).status
    assert (status.reason, status.message) == (Reason.STARTING, "sends GET https://example.com/deploy")
    again = plan(todo("a", http={"url": URL}), active(todo("a", http={"url": URL}))).status
    assert again.message == status.message
