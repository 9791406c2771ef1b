"""The queue: each key once, serial per key, two lanes, priorities, alarms by the wall clock."""

import asyncio
import gc
from datetime import timedelta

from myapp.domain.todo_key import TodoKey
from tests.unit.application.conftest import World

A, B, C = (TodoKey("ns", name) for name in "abc")


async def test_a_key_waits_once_however_often_it_is_added(world: World) -> None:
    """Additions of a waiting key are one."""
    for _ in range(3):
        world.queue.add(A)

    assert len(world.queue) == 1
    assert await world.queue.get() == A
    assert len(world.queue) == 0


async def test_urgent_keys_go_first_then_priority_then_age(world: World) -> None:
    """A live edit overtakes a listing; within a lane the higher priority, then the older."""
    world.queue.add(C, priority=9, urgent=False)
    world.queue.add(B, priority=0)
    world.queue.add(A, priority=5)

    assert [await world.queue.get() for _ in range(3)] == [A, B, C]


async def test_a_waiting_key_moves_ahead_when_it_becomes_urgent(world: World) -> None:
    """The better of two ranks holds, and the key still comes once."""
    world.queue.add(A, urgent=False)
    world.queue.add(B, urgent=False)
    world.queue.add(B)

    assert [await world.queue.get() for _ in range(2)] == [B, A]
    assert len(world.queue) == 0


async def test_a_key_is_worked_on_by_one_at_a_time(world: World) -> None:
    """What is added during the work comes once more afterwards, not at the same time."""
    world.queue.add(A)
    key = await world.queue.get()
    world.queue.add(A)
    world.queue.add(A)
    assert len(world.queue) == 0

    world.queue.done(key)

    assert len(world.queue) == 1


async def test_an_alarm_rings_when_its_moment_has_come(world: World) -> None:
    """Alarms follow the wall clock, and a later schedule replaces an earlier one."""
    world.queue.schedule(A, world.clock.now() + timedelta(milliseconds=10))
    world.queue.schedule(B, world.clock.now() + timedelta(milliseconds=10))
    world.queue.schedule(B, world.clock.now() + timedelta(hours=1))
    world.clock.advance(seconds=1)

    async with asyncio.timeout(5):
        assert await world.queue.get() == A

    assert len(world.queue) == 0
    world.queue.close()


async def test_taking_a_key_cancels_its_alarm(world: World) -> None:
    """A reconcile sets the next alarm itself; the old one would be a second look for nothing."""
    world.queue.schedule(A, world.clock.now() + timedelta(milliseconds=10))
    world.queue.add(A)
    world.queue.done(await world.queue.get())
    world.clock.advance(seconds=1)

    await asyncio.sleep(0.05)

    assert len(world.queue) == 0
    world.queue.close()


async def test_replaced_alarms_do_not_pile_up(world: World) -> None:
    """A key that is rescheduled for ever costs no growing memory."""
    for second in range(5000):
        world.queue.schedule(A, world.clock.now() + timedelta(days=1, seconds=second))

    assert len(world.queue._alarms) < 1100  # noqa: SLF001 - the bound is the behaviour
    world.queue.close()


async def test_at_rest_waits_for_what_is_in_hand(world: World) -> None:
    """Draining waits for keys that are worked on, not for those that wait."""
    world.queue.add(A)
    world.queue.add(B)
    key = await world.queue.get()
    waiter = asyncio.create_task(world.queue.at_rest())
    await asyncio.sleep(0)
    assert not waiter.done()

    world.queue.done(key)

    async with asyncio.timeout(5):
        await waiter


async def test_a_discarded_key_is_not_worked_on(world: World) -> None:
    """Neither now nor when its alarm would ring; others are."""
    world.queue.add(A)
    world.queue.schedule(B, world.clock.now() + timedelta(milliseconds=5))
    world.queue.add(C)

    world.queue.discard(A)
    world.queue.discard(B)
    world.clock.advance(seconds=1)
    await asyncio.sleep(0.05)

    assert await world.queue.get() == C
    assert len(world.queue) == 0


async def test_a_standby_does_not_collect_what_others_have_done(world: World) -> None:
    """Keys that come and go while nobody takes them leave nothing behind, and the order stays."""
    world.queue.add(B, urgent=False)
    for number in range(5000):
        key = TodoKey("standby", str(number))
        world.queue.add(key)
        world.queue.discard(key)
    world.queue.add(A)

    left = sum(isinstance(thing, TodoKey) and thing.namespace == "standby" for thing in gc.get_objects())
    assert left < 2000
    assert [await world.queue.get() for _ in range(2)] == [A, B]
