"""Polling: what is read anew between two requests."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from myapp.application.effect import Effect
from myapp.domain.effect import Accomplished, EffectId
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.http import http_performer
from myapp.infrastructure.http.exchange import Answer, NoAnswer
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
    """A client with given outcomes."""

    def __init__(self, outcomes: Sequence[Answer | NoAnswer]) -> None:
        self._outcomes = iter(outcomes)

    async def exchange(self, _request: object, **_options: object) -> Answer | NoAnswer:
        """The next one."""
        return next(self._outcomes)


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
    secrets, clock = CountedSecrets(), FakeClock()
    performer = HttpPerformer(
        bounds=cast("Any", NoRefusal()),
        secrets=cast("Any", secrets),
        client=cast("Any", Scripted([first, DONE])),
        judge=ResponseJudge(CelCompiler(), clock),
        clock=clock,
    )
    effect = Effect(EffectId("uid", 1), todo("a", http={"url": "https://a/", "poll_interval": "1s"}))
    assert isinstance(asyncio.run(performer.perform(effect, lambda _: None)), Accomplished)
    assert secrets.reads == reads
