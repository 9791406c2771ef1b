"""A real server, and caches that talk to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from redis import Redis

from deploy.local.redis_server import RedisServer
from myapp.application.ports import CacheLevel, CacheResult
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.redis.build import build_redis_cache
from myapp.infrastructure.redis.circuit_breaker import BreakerState
from myapp.infrastructure.redis.redis_address import RedisAddress
from myapp.infrastructure.redis.redis_snapshot_cache import RedisSnapshotCache
from tests.fakes.clock import START

PATIENCE = 20.0


@dataclass
class CacheRecord:
    """What a cache told of itself."""

    reads: list[tuple[CacheLevel, CacheResult]] = field(default_factory=list)
    states: list[BreakerState] = field(default_factory=list)

    def cache_read(self, level: CacheLevel, result: CacheResult) -> None:
        """Remember a read."""
        self.reads.append((level, result))

    def breaker(self, state: BreakerState) -> None:
        """Remember a state."""
        self.states.append(state)


@dataclass
class RunningCache:
    """A cache that runs, what it told, and how to wait for what it does by itself."""

    cache: RedisSnapshotCache
    record: CacheRecord

    async def put(self, *snapshots: TodoSnapshot) -> None:
        """Put todos and wait until no write waits any more."""
        for snapshot in snapshots:
            self.cache.put(snapshot)
        await until(lambda: not self.cache.busy)

    async def get(self, snapshot: TodoSnapshot) -> TodoSnapshot | None:
        """Ask for exactly this version."""
        found = await self.cache.get(snapshot.key, snapshot.uid, snapshot.version)
        assert found is None or isinstance(found, TodoSnapshot)
        return found


async def until(fits: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return once it fits."""
    async with asyncio.timeout(patience):
        while not fits():  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running_cache(
    address: RedisAddress, *, prefix: str = "todo", ttl: timedelta = timedelta(hours=1), reached: bool = True
) -> AsyncIterator[RunningCache]:
    """A cache that runs with the block; ``reached`` waits until it is in use."""
    record = CacheRecord()
    cache = build_redis_cache(address, prefix=prefix, ttl=ttl, telemetry=record)
    task = asyncio.create_task(cache.run())
    try:
        if reached:
            await until(lambda: cache.usable)
        yield RunningCache(cache, record)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def snapshot(name: str, version: str = "7", **fields: object) -> TodoSnapshot:
    """A todo as the API server could deliver it."""
    data = {
        "id": f"uid-{name}",
        "namespace": "shop",
        "name": name,
        "created_at": START,
        "generation": 1,
        "content": f"Do {name}",
    }
    return TodoSnapshot(TodoEntry.create_from_dict(data | fields), TodoStatus(), version)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A server of the test's own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def address(redis_server: RedisServer) -> RedisAddress:
    """Where it is."""
    return RedisAddress.parse(redis_server.url)


@pytest.fixture
def stored(redis_server: RedisServer) -> Iterator[Redis]:
    """What is stored there, as somebody else sees it."""
    with Redis.from_url(redis_server.url) as client:
        yield client
