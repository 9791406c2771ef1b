"""Where a reconcile gets a todo from: the most recent snapshots in memory, else the cache, else the API server.

What memory or cache have is used only in the version that the registry knows as the latest, so an entry can be missing
but never wrong. The cache gets what memory has no room for, and nothing else: while all fits, it is not even asked.
"""

from collections import OrderedDict

from myapp.application.finished_todo import FinishedTodo, Sight
from myapp.application.ports import CacheTelemetry, SnapshotCache, TodoReader
from myapp.application.snapshot import Snapshot
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.todo_key import TodoKey


class TodoStore:
    """A bounded memory of snapshots in front of a cache and a reader. ``capacity`` is the number of snapshots."""

    def __init__(
        self,
        *,
        registry: TodoRegistry,
        cache: SnapshotCache,
        reader: TodoReader,
        capacity: int,
        telemetry: CacheTelemetry,
    ) -> None:
        self._registry = registry
        self._cache = cache
        self._reader = reader
        self._capacity = capacity
        self._telemetry = telemetry
        self._recent: OrderedDict[TodoKey, Snapshot] = OrderedDict()
        self._cached: set[TodoKey] = set()
        """Those of the recent ones that the cache has too."""
        self._outdated: set[TodoKey] = set()
        """Those of which the latest known version is not the latest any more, as a refused write has told."""

    def keep(self, snapshot: Sight) -> None:
        """Remember a snapshot, which the registry has taken in; what has settled is not worth the memory."""
        self._forget(snapshot.key)
        if not isinstance(snapshot, FinishedTodo) and not snapshot.settled:
            self._remember(snapshot)

    def drop(self, key: TodoKey) -> None:
        """The latest known version is outdated: the next read asks the API server."""
        self._forget(key)
        if self._registry.version_of(key) is not None:
            self._outdated.add(key)

    def forget(self, key: TodoKey, uid: str) -> None:
        """The object exists no more: to be called while the registry still knows its version."""
        known = self._registry.version_of(key)
        if known is None or known[0] == uid:
            self._forget(key)
        if known is not None and known[0] == uid:
            self._cache.drop(key, *known)

    async def read(self, key: TodoKey) -> Snapshot | None:
        """The todo as it is known; None where it does not exist. Raises ApiError."""
        if not key.name:
            return None  # the target of a decision that does not say which
        return self._from_memory(key) or await self._from_cache(key) or await self._from_server(key)

    def _from_memory(self, key: TodoKey) -> Snapshot | None:
        recent = self._recent.get(key)
        found = recent is not None and self._registry.is_current(recent)
        self._telemetry.cache_read("memory", "hit" if found else "miss")
        if not found:
            return None
        self._recent.move_to_end(key)
        return recent

    async def _from_cache(self, key: TodoKey) -> Snapshot | None:
        known = self._registry.version_of(key)
        if known is None or key in self._outdated:
            return None
        snapshot = await self._cache.get(key, *known)
        if snapshot is None or not self._registry.is_current(snapshot) or key in self._outdated:
            return None  # not there, or something newer was seen meanwhile
        if key not in self._recent:
            self._remember(snapshot)
            self._cached.add(key)
        return snapshot

    async def _from_server(self, key: TodoKey) -> Snapshot | None:
        snapshot = await self._reader.read(key)
        self._telemetry.cache_read("api", "hit" if snapshot is not None else "miss")
        if snapshot is not None and self._registry.is_current(snapshot):
            self.keep(snapshot)
        return snapshot

    def _remember(self, snapshot: Snapshot) -> None:
        self._recent[snapshot.key] = snapshot
        if len(self._recent) <= self._capacity:
            return
        key, oldest = self._recent.popitem(last=False)
        if key in self._cached:
            self._cached.discard(key)
        elif self._registry.is_current(oldest):
            self._cache.put(oldest)

    def _forget(self, key: TodoKey) -> None:
        """Let go of what memory has, and of the cache's copy of it, which is of a version that nobody will ask for."""
        self._outdated.discard(key)
        recent = self._recent.pop(key, None)
        if recent is not None and key in self._cached:
            self._cached.discard(key)
            self._cache.drop(key, recent.uid, recent.version)
