"""Which Jobs that nobody follows are deleted, and which are left alone."""

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest

from myapp.application.effect import Effect
from myapp.application.errors import ApiUnavailableError
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.effect import EffectId
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.kube import stray_jobs
from myapp.infrastructure.kube.job_facts import JobFacts
from myapp.infrastructure.kube.stray_jobs import StrayJobs
from tests.unit.domain.builders import ended, todo

_real_sleep = asyncio.sleep
TEMPLATE = {"spec": {"template": {"spec": {"containers": [{"name": "main"}]}}}}
OVER = TodoSnapshot(todo("a", job={"template": TEMPLATE}), ended(Phase.FAILED), "7")
LAST = "last"


def job(name: str = "job", attempt: str = "1", todo_id: str = "uid-a", todo_name: str = "a") -> JobFacts:
    """A Job that runs."""
    key = TodoKey("shop", name)
    return JobFacts(
        key, f"uid-of-{name}", 1, todo_id, todo_name, attempt, None, suspended=False, active=1, ended=0, end=""
    )


class World:
    """Todos, and what was withdrawn. The Job `last` is always a stray: once it is withdrawn, all before were seen."""

    def __init__(self, found: TodoSnapshot | None, *, followed: bool = False, failures: int = 0) -> None:
        self.withdrawn: list[Effect] = []
        self.reads: list[TodoKey] = []
        self._found = found
        self._followed = followed
        self._failures = failures
        self._done = asyncio.Event()
        self._taken = asyncio.Event()
        self.strays = StrayJobs(self, self, self._follows)

    async def read(self, key: TodoKey) -> TodoSnapshot | None:
        """TodoReader."""
        self.reads.append(key)
        if key.name == LAST:
            return replace(OVER, todo=todo(LAST, job={"template": TEMPLATE}))
        if self._failures:
            self._failures -= 1
            raise ApiUnavailableError("no answer")
        return self._found

    async def perform(self, _effect: Effect, _tell: object) -> Any:  # noqa: ANN401 - never asked
        """Nothing is begun here."""
        raise AssertionError

    async def withdraw(self, effect: Effect) -> None:
        """EffectPerformer."""
        if effect.todo.key.name == LAST:
            self._done.set()
        else:
            self.withdrawn.append(effect)
            self._taken.set()

    def _follows(self, key: TodoKey) -> bool:
        return self._followed and key.name != LAST

    async def sweep(self, stray: JobFacts, *, again: bool = False) -> list[Effect]:
        """What becomes of a stray; `again` waits until it was withdrawn."""
        self.strays.noticed(stray)
        self.strays.noticed(stray)
        sweeping = asyncio.create_task(self.strays.run())
        try:
            async with asyncio.timeout(10):
                if again:
                    await self._taken.wait()
                self.strays.noticed(job(LAST, todo_id=f"uid-{LAST}", todo_name=LAST))
                await self._done.wait()
        finally:
            sweeping.cancel()
        return self.withdrawn


class _FastClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        """Of the event loop."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """At once."""
        self.now += seconds
        await _real_sleep(0)


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stray_jobs, "_GRACE", 0.0)
    monkeypatch.setattr(stray_jobs, "_INTERVAL", 0.001)


def _running(attempt: int) -> TodoSnapshot:
    return replace(OVER, status=TodoStatus(1, Phase.ACTIVE, attempt=attempt))


@pytest.mark.parametrize("found", [OVER, _running(2)], ids=["ended", "at a later attempt"])
def test_a_job_whose_attempt_is_over_goes_once(found: TodoSnapshot) -> None:
    """That very Job, with the rights of the todo whose it was."""

    async def sweep() -> list[Effect]:
        return await World(found).sweep(job())

    assert asyncio.run(sweep()) == [Effect(EffectId("uid-a", 1), found.todo, {"uid": "uid-of-job"})]


@pytest.mark.parametrize(
    ("found", "stray", "followed"),
    [
        (None, job(), False),
        (_running(1), job(), False),
        (OVER, job(todo_id="uid-of-another"), False),
        (OVER, job(attempt=""), False),
        (replace(OVER, todo=todo("a")), job(), False),
        (OVER, job(), True),
    ],
    ids=[
        "its todo is gone",
        "its attempt goes on",
        "of a todo of that name before",
        "no attempt",
        "no job",
        "followed",
    ],
)
def test_all_others_stay(found: TodoSnapshot | None, stray: JobFacts, followed: bool) -> None:
    """Whose they are, others see to."""

    async def sweep() -> list[Effect]:
        return await World(found, followed=followed).sweep(stray)

    assert asyncio.run(sweep()) == []


def test_a_job_that_could_not_be_looked_at_is_looked_at_again() -> None:
    """The API server may have had no answer."""

    async def sweep() -> World:
        world = World(OVER, failures=2)
        await world.sweep(job(), again=True)
        return world

    world = asyncio.run(sweep())
    assert len(world.withdrawn) == 1
    assert world.reads.count(TodoKey("shop", "a")) == 3


def test_a_job_that_cannot_be_deleted_is_tried_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most once a minute after ten minutes: its account may have lost its rights for good."""
    monkeypatch.setattr(stray_jobs, "_GRACE", 15.0)
    monkeypatch.setattr(stray_jobs, "_INTERVAL", 3.0)

    async def tries() -> list[float]:
        clock, world, tried_at = _FastClock(), World(OVER, failures=10_000), list[float]()
        monkeypatch.setattr(asyncio, "sleep", clock.sleep)
        monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.time)
        world.strays.noticed(job())
        sweeping = asyncio.create_task(world.strays.run())
        while clock.now < 7200:
            await _real_sleep(0)
            world.strays.noticed(job())
            tried_at += [clock.now] * (len(world.reads) - len(tried_at))
        sweeping.cancel()
        return tried_at

    tried_at = asyncio.run(tries())
    late = [at for at in tried_at if at >= 600]
    assert tried_at[0] <= 20
    assert len(late) > 10
    assert all(after - before >= 60 for before, after in itertools.pairwise(late))
