"""What answers mean."""

from datetime import timedelta
from typing import Any

import pytest

from myapp.domain.actions.http import Http, Method
from myapp.domain.effect import Accomplished, FailureKind, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.http.exchange import Answer
from myapp.infrastructure.http.response_judge import NotYet, ResponseJudge
from tests.fakes.clock import START, FakeClock

JUDGE = ResponseJudge(CelCompiler(), FakeClock())


def verdict(answer: Answer, **fields: Any) -> tuple[FailureKind | None, Reason | None, str]:  # noqa: ANN401 - any field
    """What one answer means, in short."""
    found = JUDGE.verdict(Http("https://a/", **fields), answer)
    if isinstance(found, Accomplished):
        return None, None, found.message
    return found.kind, found.reason, found.message


def answer(status: int = 200, body: str = "", **headers: str) -> Answer:
    """An answer."""
    return Answer(status, headers, body)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (200, None, None),
        (204, None, None),
        (304, FailureKind.FAILURE, Reason.REQUEST_REFUSED),
        (400, FailureKind.FAILURE, Reason.REQUEST_REFUSED),
        (404, FailureKind.FAILURE, Reason.REQUEST_REFUSED),
        (408, FailureKind.ERROR, Reason.SERVER_ERROR),
        (429, FailureKind.ERROR, Reason.SERVER_ERROR),
        (500, FailureKind.ERROR, Reason.SERVER_ERROR),
        (503, FailureKind.ERROR, Reason.SERVER_ERROR),
        (599, FailureKind.ERROR, Reason.SERVER_ERROR),
    ],
)
def test_by_status(status: int, kind: FailureKind | None, reason: Reason | None) -> None:
    """Without an expression; a condition that does not hold does not hide a server's trouble."""
    assert verdict(answer(status))[:2] == (kind, reason)
    if kind is not None:
        assert verdict(answer(status), success_when="response.status == 200")[:2] == (kind, reason)


def test_by_expressions() -> None:
    """Over status, headers, body and JSON."""
    good = answer(201, '{"ready": true, "n": 3}', etag="x")
    holds = "response.status == 201 && response.headers.etag == 'x' && response.json.ready && response.body != ''"
    assert verdict(good, success_when=holds) == (None, None, "GET https://a/ answers 201 Created: successWhen holds")
    not_met = (FailureKind.FAILURE, Reason.CONDITION_NOT_MET)
    assert verdict(good, success_when="response.json.n > 3")[:2] == not_met
    assert verdict(good, failure_when="response.json.n == 3", success_when="true")[:2] == not_met
    assert verdict(answer(404), success_when="response.status == 404")[0] is None


@pytest.mark.parametrize(
    ("body", "expression", "said"),
    [
        ("<html>", "response.json.ready", "(the body is no JSON)"),
        ("{}", "response.json.ready", "ready"),
        ('{"ready": "yes"}', "response.json.ready", "it yields no true or false"),
    ],
)
def test_without_a_value(body: str, expression: str, said: str) -> None:
    """An answer that an expression does not fit is a failure that says why, whichever of the two it is."""
    for field in ("success_when", "failure_when"):
        kind, reason, message = verdict(answer(200, body), **{field: expression})
        assert (kind, reason) == (FailureKind.FAILURE, Reason.CONDITION_NOT_MET)
        assert said in message


def test_message_shows_how_the_body_begins() -> None:
    """On one line, and no more than that."""
    message = verdict(answer(400, "no\r\n\x1b[31m such " + "x" * 999))[2]
    assert message.startswith("GET https://a/ answers 400 Bad Request: no [31m such xxx")
    assert len(message) < 260
    assert message.isprintable()


def test_retry_after() -> None:
    """A server in trouble says when to come back."""
    found = JUDGE.verdict(Http("https://a/"), Answer(429, {"retry-after": "60"}, ""))
    assert isinstance(found, Unsuccessful)
    assert found.not_before == START + timedelta(seconds=60)


@pytest.mark.parametrize(("status", "final"), [(500, True), (502, True), (504, True), (503, False), (429, False)])
def test_what_a_post_may_have_done(status: int, final: bool) -> None:
    """It is not sent again unless the answer says that it was not done, or the author that it does not matter."""
    found = JUDGE.verdict(Http("https://a/", Method.POST), answer(status))
    assert isinstance(found, Unsuccessful)
    assert found.final is final
    assert ("idempotent is not set" in found.message) is final
    again = JUDGE.verdict(Http("https://a/", Method.POST, idempotent=True), answer(status))
    assert isinstance(again, Unsuccessful)
    assert not again.final


@pytest.mark.parametrize(
    ("given", "fields", "kind"),
    [
        (answer(503), {}, NotYet),
        (answer(404), {}, NotYet),
        (answer(200), {}, Accomplished),
        (answer(200, '{"state": "running"}'), {"success_when": "response.json.state == 'done'"}, NotYet),
        (answer(200, '{"state": "done"}'), {"success_when": "response.json.state == 'done'"}, Accomplished),
        (answer(502, "<html>"), {"success_when": "response.json.state == 'done'"}, NotYet),
        (answer(502, "<html>"), {"failure_when": "response.json.state == 'failed'"}, NotYet),
        (answer(200, '{"state": "failed"}'), {"failure_when": "response.json.state == 'failed'"}, Unsuccessful),
    ],
)
def test_so_far(given: Answer, fields: dict[str, str], kind: type) -> None:
    """A clear yes or no ends the waiting."""
    assert isinstance(JUDGE.verdict_so_far(Http("https://a/", **fields), given), kind)  # type: ignore[arg-type] # texts all


@pytest.mark.parametrize("status", [404, 408, 425, 429, 500, 503])
def test_trouble_after_a_post_was_taken(status: int) -> None:
    """Who answers after a redirect cannot say that the first server has done nothing."""
    for method, idempotent, final in (
        (Method.POST, False, True),
        (Method.POST, True, False),
        (Method.PUT, False, False),
    ):
        action = Http("https://a/", method, idempotent=idempotent)
        found = JUDGE.verdict(action, Answer(status, {}, "", processed=True))
        assert isinstance(found, Unsuccessful)
        assert found.final is final
