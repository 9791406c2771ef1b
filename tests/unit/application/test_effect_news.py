"""What is told of an effect, and when: each time costs a write."""

import asyncio

import pytest

from myapp.application import effect_news
from myapp.application.effect_backoff import EffectBackoff
from myapp.application.effect_news import EffectNews
from myapp.domain.effect import Accomplished, Held, News, Underway
from myapp.domain.todo_phase import Reason
from tests.fakes.clock import START

DONE = Accomplished(START, "done")
RUNS, HELD = Underway(Reason.WAITING, "runs"), Held(Reason.REFUSED, "quota")


class Told:
    """EffectNews, and what ``latest`` was each time that it woke somebody."""

    def __init__(self, **references: str) -> None:
        self.all: list[News | None] = []
        self.more = asyncio.Event()
        self.news = EffectNews(references, self._woken)

    def _woken(self) -> None:
        self.all.append(self.news.latest)
        self.more.set()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment is 30 ms here, and now and then is every 300 ms."""
    monkeypatch.setattr(effect_news, "_SOON", 0.03)
    monkeypatch.setattr(effect_news, "_NOW_AND_THEN", 0.3)


async def until(told: Told, count: int) -> None:
    """Wait until so much was told."""
    async with asyncio.timeout(10):
        while len(told.all) < count:
            told.more.clear()
            await told.more.wait()


async def test_that_it_is_under_way_is_told_after_a_moment() -> None:
    """Unless it has ended by then."""
    slow, quick = Told(), Told()
    slow.news.take(RUNS)
    quick.news.take(RUNS)
    assert (slow.all, quick.all) == ([], [])
    quick.news.take(DONE)

    await until(slow, 1)

    assert (slow.all, quick.all) == ([RUNS], [DONE])


async def test_references_reasons_and_ends_are_told_at_once() -> None:
    """And references add up."""
    told = Told(name="job")
    told.news.take(Underway(Reason.WAITING, "runs", {"uid": "u"}))
    told.news.take(HELD)
    told.news.take(RUNS)
    told.news.take(DONE)

    both = {"name": "job", "uid": "u"}
    assert told.all == [
        Underway(Reason.WAITING, "runs", both),
        HELD,
        Underway(Reason.WAITING, "runs", both),
        DONE,
    ]


async def test_references_that_are_recorded_are_no_news() -> None:
    """After a restart a performer tells again what it told before."""
    told = Told(uid="u")
    told.news.take(Underway(Reason.WAITING, "runs", {"uid": "u"}))

    assert told.all == []


async def test_a_message_that_changes_is_told_now_and_then() -> None:
    """The latest one, and nothing where it has changed back."""
    told = Told()
    told.news.take(HELD)
    for number in range(100):
        told.news.take(Held(Reason.REFUSED, f"quota {number}"))
    assert told.all == [HELD]
    await until(told, 2)
    assert told.all[1] == Held(Reason.REFUSED, "quota 99")

    told.news.take(Held(Reason.REFUSED, "another"))
    told.news.take(Held(Reason.REFUSED, "quota 99"))
    await asyncio.sleep(0.4)

    assert len(told.all) == 2


async def test_nobody_is_woken_any_more_once_it_is_closed() -> None:
    """Whatever comes late."""
    told = Told()
    told.news.take(RUNS)
    told.news.close()
    told.news.take(DONE)
    await asyncio.sleep(0.06)

    assert (told.all, told.news.latest) == ([], None)


def test_tries_become_rare() -> None:
    """The first within seconds; after ten minutes less than one a minute; anew after one that lasted."""
    backoff = EffectBackoff()
    pauses = [backoff.after(0.1) for _ in range(12)]

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert all(pause > 60 for number, pause in enumerate(pauses) if sum(pauses[:number]) >= 600)
    assert backoff.after(61) == 1
