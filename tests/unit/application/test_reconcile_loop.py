"""The workers: what follows an outcome, what a failure costs, how they stop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from myapp.application.backoff import Backoff
from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.outcomes import Done, LookAgainAt, Outcome, Retry
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.domain.todo_key import TodoKey
from tests.unit.application.conftest import World

KEY, OTHER = TodoKey("ns", "a"), TodoKey("ns", "b")


def _loop(world: World, reconcile: Callable[[TodoKey], Awaitable[Outcome]], workers: int = 2) -> ReconcileLoop:
    return ReconcileLoop(
        queue=world.queue,
        reconcile=reconcile,
        backoff=Backoff(lambda: 0.0),
        clock=world.clock,
        telemetry=world.telemetry,
        workers=workers,
    )


async def _run_until_idle(world: World, loop: ReconcileLoop) -> None:
    start = asyncio.Event()
    task = asyncio.create_task(loop.run(start))
    start.set()
    async with asyncio.timeout(5):
        while len(world.queue) or not world.telemetry.results:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.005)
        await world.queue.at_rest()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    world.queue.close()


@pytest.mark.parametrize(
    ("outcome", "result", "alarm"),
    [
        (Done(), "success", None),
        (LookAgainAt(World().clock.now() + timedelta(hours=1)), "requeue_after", timedelta(hours=1)),
        (Retry("busy"), "error", timedelta(milliseconds=50)),
        (ApiUnavailableError("down", timedelta(seconds=7)), "error", timedelta(seconds=7)),
        (ApiRefusedError("forbidden", 403), "error", timedelta(milliseconds=50)),
        (RuntimeError("a defect"), "error", timedelta(milliseconds=50)),
    ],
)
async def test_what_follows_an_outcome(
    world: World, outcome: Outcome | Exception, result: str, alarm: timedelta | None
) -> None:
    """Every outcome, expected or not, is counted and sets the alarm that it should."""

    async def reconcile(_key: TodoKey) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    world.queue.add(KEY)
    await _run_until_idle(world, _loop(world, reconcile))

    assert world.telemetry.results == [result]
    due = world.queue._due.get(KEY)  # noqa: SLF001 - the alarm is what is tested
    assert due == (world.clock.now() + alarm if alarm is not None else None)


async def test_one_bad_object_does_not_harm_another(world: World) -> None:
    """With a single worker, a key that always fails leaves the worker to the others."""
    seen = []

    async def reconcile(key: TodoKey) -> Outcome:
        seen.append(key)
        if key == KEY:
            raise ValueError("poison")
        return Done()

    world.queue.add(KEY)
    world.queue.add(OTHER)
    await _run_until_idle(world, _loop(world, reconcile, workers=1))

    assert seen == [KEY, OTHER]
    assert world.telemetry.retries == 1


async def test_nothing_is_done_before_the_start(world: World) -> None:
    """Until everything was listed once no key is looked at, because absence would mean nothing."""
    seen = []

    async def reconcile(key: TodoKey) -> Outcome:
        seen.append(key)
        return Done()

    world.queue.add(KEY)
    task = asyncio.create_task(_loop(world, reconcile).run(asyncio.Event()))
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert seen == []


async def test_draining_finishes_what_is_in_hand_and_takes_nothing_new(world: World) -> None:
    """After SIGTERM the reconcile that runs ends; the next key is left for the next process."""
    entered, release, seen = asyncio.Event(), asyncio.Event(), []

    async def reconcile(key: TodoKey) -> Outcome:
        entered.set()
        await release.wait()
        seen.append(key)
        return Done()

    loop, start = _loop(world, reconcile, workers=1), asyncio.Event()
    start.set()
    world.queue.add(KEY)
    world.queue.add(OTHER)
    task = asyncio.create_task(loop.run(start))
    await entered.wait()
    draining = asyncio.create_task(loop.drain(timedelta(seconds=5)))
    await asyncio.sleep(0)
    release.set()

    assert await draining
    assert seen == [KEY]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_draining_gives_up_after_its_time(world: World) -> None:
    """A reconcile that hangs does not hold up the end of the process."""

    async def reconcile(_key: TodoKey) -> Outcome:
        await asyncio.Event().wait()
        return Done()

    loop, start = _loop(world, reconcile, workers=1), asyncio.Event()
    start.set()
    world.queue.add(KEY)
    task = asyncio.create_task(loop.run(start))
    await asyncio.sleep(0.01)

    assert not await loop.drain(timedelta(milliseconds=20))

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
