"""What the application tells of itself, and when: each write and each answer once, and only those that took effect."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from myapp.application.backoff import Backoff
from myapp.application.errors import ApiUnavailableError
from myapp.application.outcomes import Outcome
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.reconcile_scope import ReconcileScope, current_scope, enter_scope, leave_scope
from myapp.domain.decision import DecisionOutcome
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from tests.fakes.cluster import NAMESPACE
from tests.unit.application.conftest import World

KEY = TodoKey(NAMESPACE, "a")


async def test_a_written_status_is_told_with_what_it_was_before(world: World) -> None:
    """Once a write; a reconcile that writes nothing tells nothing."""
    world.cluster.apply("a")
    world.see_all()
    await world.look_at("a")
    await world.look_at("a")
    assert [(before.phase, after.phase) for before, after in world.telemetry.moves] == [(Phase.PENDING, Phase.ACTIVE)]


async def test_a_write_that_came_too_late_is_not_told(world: World) -> None:
    """Somebody else has changed the object: nothing was written."""
    seen = world.cluster.apply("a")
    world.see_all()
    world.cluster.store(seen)
    await world.look_at("a")
    assert world.telemetry.moves == []


async def test_an_answer_is_told_once_it_is_written(world: World) -> None:
    """Not while it could not be, and not for a decision that was changed meanwhile."""
    world.cluster.apply("a")
    decision = world.cluster.decide("a")
    world.see_all()
    world.cluster.decisions[decision.id] = world.cluster.decide("a")
    await world.look_at("a")
    assert world.telemetry.answers == []

    decision = world.cluster.decide("a")
    world.intake.decision_seen(decision)
    await world.look_at("a")
    assert [answer.outcome for answer in world.telemetry.answers if answer.decision == decision] == [
        DecisionOutcome.REFUSED
    ]


@pytest.mark.parametrize(("error", "panics"), [(RuntimeError("a defect"), 1), (ApiUnavailableError("503"), 0)])
async def test_only_what_nobody_planned_for_is_a_panic(world: World, error: Exception, panics: int) -> None:
    """An API server that does not answer is no bug."""

    async def reconcile(_key: TodoKey) -> Outcome:
        raise error

    await _reconcile_once(world, reconcile)
    assert world.telemetry.panics == panics


async def test_a_reconcile_has_a_scope_of_its_own(world: World) -> None:
    """From its begin to its end, with the todo once it was read."""
    world.cluster.apply("a")
    world.see_all()
    scopes: list[ReconcileScope | None] = []

    async def reconcile(key: TodoKey) -> Outcome:
        scopes.append(current_scope())
        return await world.reconcile(key)

    await _reconcile_once(world, reconcile)
    assert current_scope() is None
    (scope,) = scopes
    assert scope is not None
    assert scope.key == KEY
    assert scope.snapshot is not None
    assert scope.fields()["uid"] == world.cluster.todos[KEY].uid


async def test_concurrent_reconciles_do_not_see_each_others_scope() -> None:
    """Each worker is a task."""

    async def work(name: str) -> str:
        enter_scope(TodoKey(NAMESPACE, name))
        await asyncio.sleep(0.01)
        scope = current_scope()
        leave_scope()
        return scope.key.name if scope else ""

    assert await asyncio.gather(*map(work, "abc")) == ["a", "b", "c"]


async def test_a_complete_listing_is_told(world: World) -> None:
    """One that failed is not: its age is what the alert is about."""
    resync = world.resync()
    world.cluster.failures.append(ApiUnavailableError("503"))
    with pytest.raises(ApiUnavailableError):
        await resync.compare()
    assert world.telemetry.listings == 0
    await resync.compare()
    assert world.telemetry.listings == 1


async def test_the_queue_tells_how_long_keys_have_been_worked_on(world: World) -> None:
    """Those in hand, and no others."""
    world.queue.add(KEY)
    assert world.queue.running() == []
    await world.queue.get()
    await asyncio.sleep(0.02)
    (seconds,) = world.queue.running()
    assert seconds >= 0.02
    world.queue.done(KEY)
    assert world.queue.running() == []


async def _reconcile_once(world: World, reconcile: Callable[[TodoKey], Awaitable[Outcome]]) -> None:
    done = asyncio.Event()

    async def once(key: TodoKey) -> Outcome:
        try:
            return await reconcile(key)
        finally:
            done.set()

    loop = ReconcileLoop(
        queue=world.queue,
        reconcile=once,
        backoff=Backoff(lambda: 0.0),
        clock=world.clock,
        telemetry=world.telemetry,
        workers=1,
    )
    start = asyncio.Event()
    start.set()
    world.queue.add(KEY)
    task = asyncio.create_task(loop.run(start))
    async with asyncio.timeout(10):
        await done.wait()
        await world.queue.at_rest()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    world.queue.close()
