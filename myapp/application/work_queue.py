"""The queue of todos to look at: each key at most once, one reconcile of a key at a time, alarms for later.

Urgent keys (live edits, decisions, woken dependents) go before those of a listing, then those of higher priority, then
the older ones. Alarms are kept by the wall clock, in one heap with one timer, however many todos wait for something:
after a suspended machine or a moved clock they ring late by half a minute at most.
"""

import asyncio
import heapq
import itertools
from datetime import datetime

from myapp.application.ports import Clock, QueueTelemetry
from myapp.domain.todo_key import TodoKey

_LONGEST_NAP = 30.0
#: How many entries of keys that were discarded or moved ahead may wait: nobody takes them out while on standby.
_STALE_ENTRIES = 1000
#: How many alarms of keys that were looked at since may stay in the heap before it is built anew.
_STALE_ALARMS = 1000

_Rank = tuple[bool, int, int]


class WorkQueue:
    """Keys that are ready, being worked on, or due later."""

    def __init__(self, clock: Clock, telemetry: QueueTelemetry) -> None:
        self._clock = clock
        self._telemetry = telemetry
        self._numbers = itertools.count()
        self._ready: asyncio.PriorityQueue[tuple[_Rank, TodoKey]] = asyncio.PriorityQueue()
        self._rank: dict[TodoKey, tuple[_Rank, float]] = {}
        self._working: dict[TodoKey, float] = {}
        self._resting = asyncio.Event()
        self._resting.set()
        self._again: dict[TodoKey, tuple[int, bool]] = {}
        self._due: dict[TodoKey, datetime] = {}
        self._alarms: list[tuple[datetime, TodoKey]] = []
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._rank)

    def running(self) -> list[float]:
        """For how many seconds each key that is being worked on has been so."""
        now = asyncio.get_running_loop().time()
        return [now - since for since in self._working.values()]

    async def at_rest(self) -> None:
        """Wait until no key is worked on; others may be ready."""
        await self._resting.wait()

    def add(self, key: TodoKey, *, priority: int = 0, urgent: bool = True) -> None:
        """Have ``key`` looked at; while it is worked on, once more afterwards."""
        if key in self._working:
            known_priority, known_urgent = self._again.get(key, (priority, False))
            self._again[key] = (max(priority, known_priority), urgent or known_urgent)
            return
        rank: _Rank = (not urgent, -priority, next(self._numbers))
        known = self._rank.get(key)
        if known is not None and known[0][:2] <= rank[:2]:
            return
        self._rank[key] = (rank, known[1] if known else asyncio.get_running_loop().time())
        self._ready.put_nowait((rank, key))
        if self._ready.qsize() > _STALE_ENTRIES + 2 * len(self._rank):
            self._drop_stale_entries()
        self._telemetry.queued(len(self._rank))

    def schedule(self, key: TodoKey, moment: datetime) -> None:
        """Have ``key`` looked at when that moment has come, in place of an alarm set before."""
        if self._due.get(key) == moment:
            return
        self._due[key] = moment
        if len(self._alarms) > _STALE_ALARMS + 2 * len(self._due):
            self._alarms = [(due, waiting) for waiting, due in self._due.items()]
            heapq.heapify(self._alarms)
            self._set_timer()
            return
        heapq.heappush(self._alarms, (moment, key))
        if self._alarms[0][0] == moment:
            self._set_timer()

    def discard(self, key: TodoKey) -> None:
        """There is nothing to do for ``key`` any more, now or later; a reconcile under way is not disturbed."""
        self._rank.pop(key, None)
        self._due.pop(key, None)

    async def get(self) -> TodoKey:
        """Take the next key; ``done`` must be called for it."""
        while True:
            rank, key = await self._ready.get()
            known = self._rank.get(key)
            if known is None or known[0] != rank:
                continue  # taken, or moved ahead, since this entry was made
            del self._rank[key]
            self._due.pop(key, None)
            now = asyncio.get_running_loop().time()
            self._working[key] = now
            self._resting.clear()
            self._telemetry.started(now - known[1], len(self._rank))
            return key

    def done(self, key: TodoKey) -> None:
        """The reconcile of ``key`` has ended."""
        self._working.pop(key, None)
        if not self._working:
            self._resting.set()
        again = self._again.pop(key, None)
        if again is not None:
            priority, urgent = again
            self.add(key, priority=priority, urgent=urgent)

    def close(self) -> None:
        """Stop the timer; no alarm rings any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drop_stale_entries(self) -> None:
        while not self._ready.empty():
            self._ready.get_nowait()
        for key, (rank, _) in self._rank.items():
            self._ready.put_nowait((rank, key))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait = (self._alarms[0][0] - self._clock.now()).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(min(max(wait, 0.0), _LONGEST_NAP), self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = self._clock.now()
        while self._alarms and self._alarms[0][0] <= now:
            moment, key = heapq.heappop(self._alarms)
            if self._due.get(key) == moment:
                del self._due[key]
                self.add(key)
        if self._alarms:
            self._set_timer()
