"""Slots are shared: one namespace cannot keep them from the others, and none is lost whoever gives up waiting."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.infrastructure.http.fair_slots import FairSlots


class Holders:
    """Tasks that hold slots, or wait for one, until they are cancelled."""

    def __init__(self, slots: FairSlots) -> None:
        self._slots = slots
        self.holding: list[str] = []
        self.tasks: list[tuple[str, asyncio.Task[None]]] = []

    async def add(self, *namespaces: str) -> None:
        """Have one more slot wanted for each of these."""
        for namespace in namespaces:
            self.tasks.append((namespace, asyncio.create_task(self._hold(namespace))))
            await asyncio.sleep(0)

    async def end(self, index: int) -> None:
        """The request is over, or is not wanted any more."""
        _, task = self.tasks.pop(index)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0)

    async def _hold(self, namespace: str) -> None:
        async with self._slots.held_by(namespace):
            self.holding.append(namespace)
            try:
                await asyncio.Event().wait()
            finally:
                self.holding.remove(namespace)


async def test_one_namespace_leaves_room_for_others() -> None:
    """Half for the first, a third in all for two of them; whoever comes later finds one free."""
    holders = Holders(FairSlots(12))
    await holders.add(*["hostile"] * 100)
    assert holders.holding == ["hostile"] * 6
    await holders.add(*["greedy"] * 100)
    assert holders.holding.count("greedy") == 3
    await holders.add("modest")
    assert holders.holding.count("modest") == 1


async def test_who_holds_fewest_comes_first() -> None:
    """However long the others have been waiting."""
    holders = Holders(FairSlots(2))
    await holders.add("a", "b", "a", "a", "c")
    assert holders.holding == ["a", "b"]
    await holders.end(1)
    assert holders.holding == ["a", "c"]


async def test_a_single_slot_is_given_on() -> None:
    """The smallest setting works."""
    slots = FairSlots(1)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(slots.held_by("a"))
        waiting = asyncio.create_task(stack.enter_async_context(slots.held_by("b")))
        await asyncio.sleep(0)
        assert (slots.waiting, waiting.done()) == (1, False)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert slots.waiting == 0
    async with asyncio.timeout(1), slots.held_by("a"):
        pass


@pytest.mark.parametrize("seats", [1, 3, 8])
@settings(max_examples=40)
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from("abcd"), st.integers(0, 30)), max_size=60))
def test_no_slot_is_lost_or_made(seats: int, steps: list[tuple[bool, str, int]]) -> None:
    """Whatever comes and goes: never more than there are, and nobody with nothing waits while one is free."""

    async def run() -> None:
        holders = Holders(FairSlots(seats))
        for comes, namespace, index in steps:
            if comes or not holders.tasks:
                await holders.add(namespace)
            else:
                await holders.end(index % len(holders.tasks))
            assert len(holders.holding) <= seats
            if len(holders.holding) < seats:
                assert {name for name, _ in holders.tasks} == set(holders.holding)
        while holders.tasks:
            await holders.end(0)
        await holders.add("e")
        assert holders.holding == ["e"]
        await holders.end(0)

    asyncio.run(run())
