"""Where a reconcile gets a todo from: the most recent snapshots in memory, else the API server.

What is in memory is used only while the registry knows of nothing newer, so an entry can be missing but never wrong.
"""

from collections import OrderedDict

from myapp.application.ports import TodoReader
from myapp.application.snapshot import Snapshot
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.todo_key import TodoKey


class TodoStore:
    """A bounded memory of snapshots in front of a reader. ``capacity`` is their number."""

    def __init__(self, registry: TodoRegistry, reader: TodoReader, capacity: int) -> None:
        self._registry = registry
        self._reader = reader
        self._capacity = capacity
        self._recent: OrderedDict[TodoKey, Snapshot] = OrderedDict()

    def keep(self, snapshot: Snapshot) -> None:
        """Remember a snapshot; what has settled is not worth the memory."""
        if snapshot.settled:
            self._recent.pop(snapshot.key, None)
            return
        self._recent[snapshot.key] = snapshot
        self._recent.move_to_end(snapshot.key)
        if len(self._recent) > self._capacity:
            self._recent.popitem(last=False)

    def drop(self, key: TodoKey) -> None:
        """Forget what is in memory, so that the next read asks the API server."""
        self._recent.pop(key, None)

    async def read(self, key: TodoKey) -> Snapshot | None:
        """The todo as it is known; None where it does not exist. Raises ApiError."""
        if not key.name:
            return None  # the target of a decision that does not say which
        recent = self._recent.get(key)
        if recent is not None and self._registry.is_current(recent):
            self._recent.move_to_end(key)
            return recent
        snapshot = await self._reader.read(key)
        if snapshot is not None and self._registry.is_current(snapshot):
            self.keep(snapshot)
        return snapshot
