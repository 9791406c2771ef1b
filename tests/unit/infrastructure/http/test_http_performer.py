"""What is read anew between two polling requests, and of which answers the whole body is read."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from myapp.application.effect import Effect
from myapp.domain.effect import Accomplished, EffectId
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.http import http_performer
from myapp.infrastructure.http.exchange import Answer, NoAnswer, OutgoingRequest
from myapp.infrastructure.http.http_performer import HttpPerformer
from myapp.infrastructure.http.response_judge import ResponseJudge
from tests.fakes.clock import FakeClock
from tests.unit.domain.builders import todo

DONE = Answer(200, {}, "")


class NoRefusal:
    """Bounds that refuse nothing."""

    async def refusal(self, _account: object) -> None:
        """Nothing."""


class CountedSecrets:
    """No Secrets, and how often they were read."""

    def __init__(self) -> None:
        self.reads = 0

    async def read(self, _account: object, _keys: object) -> dict[Any, bytes]:
        """None is needed."""
        self.reads += 1
        return {}


class Scripted:
    """A client with given outcomes, which keeps what it was asked to send."""

    def __init__(self, outcomes: Sequence[Answer | NoAnswer]) -> None:
        self.requests: list[OutgoingRequest] = []
        self._outcomes = iter(outcomes)

    async def exchange(self, request: OutgoingRequest, *, namespace: str) -> Answer | NoAnswer:
        """The next one."""
        assert namespace == "shop"
        self.requests.append(request)
        return next(self._outcomes)


def performer(client: Scripted, secrets: CountedSecrets) -> HttpPerformer:
    """A performer that sends by that client."""
    clock = FakeClock()
    return HttpPerformer(
        bounds=cast("Any", NoRefusal()),
        secrets=cast("Any", secrets),
        client=cast("Any", client),
        judge=ResponseJudge(CelCompiler(), clock),
        clock=clock,
    )


@pytest.mark.parametrize(
    ("first", "reads"),
    [
        (NoAnswer(Reason.TLS_FAILED, "not trusted"), 2),
        (Answer(401, {}, ""), 2),
        (Answer(403, {}, ""), 2),
        (Answer(404, {}, ""), 1),
        (NoAnswer(Reason.CONNECTION_FAILED, "no connection"), 1),
    ],
)
def test_secrets_are_read_again(first: Answer | NoAnswer, reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one side does not trust the other: authorities and credentials may have been exchanged meanwhile."""

    async def no_pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(http_performer, "pause", no_pause)
    secrets = CountedSecrets()
    polling = performer(Scripted([first, DONE]), secrets)
    effect = Effect(EffectId("uid", 1), todo("a", http={"url": "https://a/", "poll_interval": "1s"}))
    assert isinstance(asyncio.run(polling.perform(effect, lambda _: None)), Accomplished)
    assert secrets.reads == reads


@pytest.mark.parametrize(
    ("spec", "whole"),
    [
        ({"http": {"url": "https://a/"}}, False),
        ({"http": {"url": "https://a/", "success_when": "true"}}, True),
        ({"http": {"url": "https://a/", "failure_when": "false"}}, True),
        ({"http": {"url": "https://a/"}, "outputs": [{"name": "a", "value": "result.json.a"}]}, True),
    ],
)
def test_the_whole_body_is_read_for_expressions(spec: dict[str, Any], whole: bool) -> None:
    """The rules of outputs are some as well; else only people look at how it begins."""
    client = Scripted([DONE])
    effect = Effect(EffectId("uid", 1), todo("a", **spec))
    asyncio.run(performer(client, CountedSecrets()).perform(effect, lambda _: None))
    assert [request.whole_body for request in client.requests] == [whole]


@pytest.mark.parametrize(
    ("answer", "pauses"),
    [
        (Answer(503, {}, ""), [1, 2, 4, 8, 16, 32, 60, 60]),
        (Answer(429, {}, ""), [1, 2, 4, 8, 16, 32, 60, 60]),
        (Answer(401, {}, ""), [1, 2, 4, 8, 16, 32, 60, 60]),
        (NoAnswer(Reason.CONNECTION_FAILED, "no connection"), [1, 2, 4, 8, 16, 32, 60, 60]),
        (Answer(404, {}, ""), [1] * 8),
        (Answer(503, {"retry-after": "10"}, ""), [10, 10, 10, 10, 16, 32, 60, 60]),
    ],
    ids=["in trouble", "busy", "unknown", "none", "not there yet", "asked for"],
)
def test_a_receiver_that_says_nothing_is_asked_ever_more_rarely(
    answer: Answer | NoAnswer, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a minute in the end, whatever the interval; as often as the author wants after it has said something."""
    paused: list[float] = []

    async def keep(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(http_performer, "pause", keep)
    polling = performer(Scripted([*[answer] * 8, Answer(404, {}, ""), DONE]), CountedSecrets())
    effect = Effect(EffectId("uid", 1), todo("a", http={"url": "https://a/", "poll_interval": "1s"}))
    assert isinstance(asyncio.run(polling.perform(effect, lambda _: None)), Accomplished)
    assert paused == [*pauses, 1]
