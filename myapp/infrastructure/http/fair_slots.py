"""Slots for requests under way, shared among namespaces so that nobody can keep all of them from the others.

A namespace may take a further slot while it holds fewer than are free: alone it gets half of them, two get a third
each, and something is always left for whoever comes next. The first slot of a namespace is never held back while one
is free. Of those that wait, the one that holds the fewest comes first.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FairSlots:
    """So many slots."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._held: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def held_by(self, namespace: str) -> AsyncIterator[None]:
        """Hold a slot while the context is open, once there is one."""
        await self._take(namespace)
        try:
            yield
        finally:
            self._give_back(namespace)

    async def _take(self, namespace: str) -> None:
        if namespace not in self._waiting and self._may_take(namespace):
            self._count(namespace)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(namespace, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(namespace)  # it had just been given
            else:
                self._leave(namespace, turn)
            raise

    def _give_back(self, namespace: str) -> None:
        self._free += 1
        self._held[namespace] -= 1
        if not self._held[namespace]:
            del self._held[namespace]
        while (following := self._next()) is not None:
            turn = self._waiting[following][0]
            self._leave(following, turn)
            self._count(following)
            turn.set_result(None)

    def _may_take(self, namespace: str) -> bool:
        held = self._held.get(namespace, 0)
        return held < self._free

    def _next(self) -> str | None:
        """The namespace whose turn it is; of equals the one that has waited longest."""
        allowed = filter(self._may_take, self._waiting)
        return min(allowed, key=lambda namespace: self._held.get(namespace, 0), default=None)

    def _count(self, namespace: str) -> None:
        self._free -= 1
        self._held[namespace] = self._held.get(namespace, 0) + 1

    def _leave(self, namespace: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.pop(namespace)
        turns.remove(turn)
        if turns:
            self._waiting[namespace] = turns  # behind the others
