"""The comparison with a listing: what was missed is made good, and only then does absence mean something."""

import asyncio

from myapp.application.errors import ApiUnavailableError
from myapp.application.resync import Resync
from myapp.domain.todo_key import TodoKey
from tests.fakes.cluster import NAMESPACE, FakeTodoLister
from tests.unit.application.conftest import World


def _resync(world: World, lister: FakeTodoLister | None = None) -> Resync:
    return world.resync(lister)


async def test_a_todo_deleted_in_a_gap_is_forgotten_and_its_dependents_look_again(world: World) -> None:
    """What the watch never said is found by the listing."""
    world.cluster.apply("first")
    world.cluster.apply("second", depends_on=[{"name": "first"}])
    world.see_all()
    await world.work_off()
    del world.cluster.todos[TodoKey(NAMESPACE, "first")]

    await _resync(world).compare()

    assert await world.work_off() == ["second"]
    assert len(world.registry) == 1


async def test_a_todo_changed_in_a_gap_is_looked_at(world: World) -> None:
    """A newer version in the listing is news; an unchanged one is not, and is not even parsed."""
    world.cluster.apply("changed")
    world.cluster.apply("same")
    world.see_all()
    await world.work_off()
    world.cluster.apply("changed", priority=3)
    lister = FakeTodoLister(world.cluster)

    await _resync(world, lister=lister).compare()

    assert await world.work_off() == ["changed"]
    assert lister.parsed == ["changed"]


async def test_what_was_created_after_the_listing_stays(world: World) -> None:
    """A todo that the watch delivered while the listing was under way is newer than the listing."""
    world.cluster.apply("old")
    lister = FakeTodoLister(world.cluster)
    pages = [page async for page in lister.pages()]
    world.cluster.apply("new")
    world.see_all()

    listed = {(todo.key, todo.uid) for page in pages for todo in page.todos}

    assert list(world.registry.vanished(listed, pages[0].version)) == []


async def test_decisions_are_listed_before_todos_are_reconciled(world: World) -> None:
    """A decision made while the operator was down is known when its target is looked at first."""
    world.cluster.apply("manual")
    world.cluster.decide("manual")

    await _resync(world).compare()
    await world.work_off()

    assert len(world.cluster.status_writes) == 1
    assert len(world.cluster.answers) == 1


async def test_it_is_synced_only_after_a_complete_listing(world: World) -> None:
    """A listing that fails is tried again; until one succeeds nothing is synced."""
    world.cluster.failures.append(ApiUnavailableError("503"))
    resync, synced = _resync(world), asyncio.Event()
    task = asyncio.create_task(resync.run(synced))
    resync.request()
    await asyncio.sleep(0.05)
    assert not synced.is_set()

    async with asyncio.timeout(5):
        await synced.wait()

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_nothing_is_listed_before_the_watches_have_started(world: World) -> None:
    """A listing from before would not cover what changes until the watch starts."""
    world.cluster.apply("early")
    resync, synced = _resync(world), asyncio.Event()
    task = asyncio.create_task(resync.run(synced))
    await asyncio.sleep(0.3)
    assert len(world.registry) == 0

    resync.request()

    async with asyncio.timeout(5):
        await synced.wait()
    assert len(world.registry) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_request_leads_to_a_comparison_soon(world: World) -> None:
    """When a watch had to list again the comparison does not wait for its interval."""
    world.cluster.apply("ghost")
    resync, synced = _resync(world), asyncio.Event()
    task = asyncio.create_task(resync.run(synced))
    resync.request()
    async with asyncio.timeout(5):
        await synced.wait()
    world.cluster.todos.clear()

    resync.request()

    async with asyncio.timeout(5):
        while len(world.registry):  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
