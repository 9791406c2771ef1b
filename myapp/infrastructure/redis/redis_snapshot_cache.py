"""SnapshotCache over Redis: reads that come together share a round trip, writes wait in a bounded line.

No reconcile waits for a write, and none waits for a read longer than the time limits of two round trips: of the one
under way, and of its own. The tasks that talk to Redis are the cache's own, so a reconcile that is cancelled takes no
connection along. What is wrong with Redis is a matter of ``RedisHealth``; here it is a miss.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

from myapp.application.ports import CacheTelemetry
from myapp.application.snapshot import Snapshot, TodoSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.redis.entry_codec import LONGEST_VALUE, EntryCodec, UnusableEntryError
from myapp.infrastructure.redis.redis_failure import RedisFailure
from myapp.infrastructure.redis.redis_health import RedisHealth
from myapp.infrastructure.redis.redis_link import RedisLink

_logger = logging.getLogger(__name__)
_READS_AT_ONCE = 256
_WRITES_AT_ONCE = 64
#: How many writes may wait: as many as a page of a listing can push out of memory, and some more.
_WAITING_WRITES = 2000
_JITTER = 0.1
_AFTER_A_FAILURE = 0.2

_Value = bytes | RedisFailure | None
_OUT_OF_USE = RedisFailure("it is not in use")


class RedisSnapshotCache:
    """Entries of this process, for ``ttl``, longer or shorter by a tenth at ``random``."""

    def __init__(
        self,
        *,
        codec: EntryCodec,
        reads: RedisLink,
        writes: RedisLink,
        health: RedisHealth,
        telemetry: CacheTelemetry,
        ttl: timedelta,
        random: Callable[[], float],
    ) -> None:
        self._codec = codec
        self._reads = reads
        self._writes = writes
        self._health = health
        self._telemetry = telemetry
        self._ttl = ttl / timedelta(milliseconds=1)
        self._random = random
        self._wanted: OrderedDict[str, list[asyncio.Future[_Value]]] = OrderedDict()
        self._waiting: OrderedDict[str, TodoSnapshot | None] = OrderedDict()
        """What is to be written by its key in Redis; None is to be deleted."""
        self._asked = asyncio.Event()
        self._given = asyncio.Event()
        self._told = False

    @property
    def usable(self) -> bool:
        """Whether Redis was reached and does not fail."""
        return self._health.usable

    @property
    def busy(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._waiting)

    async def get(self, key: TodoKey, uid: str, version: str) -> Snapshot | None:
        """The todo in this version, if Redis has it and answers in time."""
        name = self._codec.key(key, uid, version)
        if name in self._waiting:
            self._telemetry.cache_read("redis", "hit" if self._waiting[name] is not None else "miss")
            return self._waiting[name]
        if not self._health.usable:
            self._telemetry.cache_read("redis", "error")
            return None
        answer: asyncio.Future[_Value] = asyncio.get_running_loop().create_future()
        self._wanted.setdefault(name, []).append(answer)
        self._asked.set()
        return self._understood(await answer, key, uid, version)

    def put(self, snapshot: Snapshot) -> None:
        """Write it soon, unless too much waits already. What cannot be understood is not written."""
        if isinstance(snapshot, TodoSnapshot):
            self._enqueue(self._codec.key(snapshot.key, snapshot.uid, snapshot.version), snapshot)

    def drop(self, key: TodoKey, uid: str, version: str) -> None:
        """Delete it soon, unless too much waits already: then it goes when its time to live is over."""
        self._enqueue(self._codec.key(key, uid, version), None)

    async def run(self) -> None:
        """Talk to Redis until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._health.run(), name="redis-health")
                group.create_task(self._read(), name="redis-reads")
                group.create_task(self._write(), name="redis-writes")
        finally:
            await self._reads.close()
            await self._writes.close()

    def _understood(self, value: _Value, key: TodoKey, uid: str, version: str) -> Snapshot | None:
        if isinstance(value, RedisFailure):
            self._telemetry.cache_read("redis", "error")
            return None
        if value is None:
            self._telemetry.cache_read("redis", "miss")
            return None
        try:
            snapshot = self._codec.decode(value, key, uid, version)
        except UnusableEntryError as error:
            self._telemetry.cache_read("redis", "error")
            if not self._told:
                self._told = True
                _logger.warning("the state cache holds an entry that is ignored, as all such will be: %s", error)
            return None
        self._telemetry.cache_read("redis", "hit")
        return snapshot

    def _enqueue(self, name: str, snapshot: TodoSnapshot | None) -> None:
        if self._health.promising and (len(self._waiting) < _WAITING_WRITES or name in self._waiting):
            self._waiting[name] = snapshot
            self._given.set()

    async def _read(self) -> None:
        while True:
            await self._asked.wait()
            batch = {name: self._wanted.pop(name) for name in list(islice(self._wanted, _READS_AT_ONCE))}
            if not self._wanted:
                self._asked.clear()
            batch = {name: answers for name, answers in batch.items() if not all(answer.done() for answer in answers)}
            for answers, value in zip(batch.values(), await self._values(list(batch)), strict=True):
                for answer in answers:
                    if not answer.done():
                        answer.set_result(value)

    async def _values(self, names: list[str]) -> Sequence[_Value]:
        if not names or not self._health.usable:
            return [_OUT_OF_USE] * len(names)
        try:
            return await self._reads.read(names, LONGEST_VALUE + 1)
        except RedisFailure as failure:
            self._health.failed(failure)
            return [failure] * len(names)

    async def _write(self) -> None:
        while True:
            await self._given.wait()
            if not self._health.promising:
                self._waiting.clear()
                self._given.clear()
                continue
            if not self._health.usable:
                await asyncio.sleep(_AFTER_A_FAILURE)
                continue
            batch = dict(islice(self._waiting.items(), _WRITES_AT_ONCE))
            entries = {name: self._entry(snapshot) for name, snapshot in batch.items() if snapshot is not None}
            try:
                await self._writes.write(
                    {name: entry for name, entry in entries.items() if entry is not None},
                    [name for name, snapshot in batch.items() if snapshot is None],
                )
            except RedisFailure as failure:
                self._health.failed(failure)
                await asyncio.sleep(_AFTER_A_FAILURE)
                continue  # once more, unless Redis is out of use by then
            for name, snapshot in batch.items():
                if self._waiting.get(name, self) is snapshot:  # nothing else was given meanwhile
                    del self._waiting[name]
            if not self._waiting:
                self._given.clear()

    def _entry(self, snapshot: TodoSnapshot) -> tuple[bytes, int] | None:
        try:
            value = self._codec.encode(snapshot)
        except Exception:  # a todo that cannot be written down must not take the operator along
            _logger.exception("a todo could not be written to the state cache", extra={"todo": str(snapshot.key)})
            return None
        return None if value is None else (value, round(self._ttl * (1 + _JITTER * (2 * self._random() - 1))))
