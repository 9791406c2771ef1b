"""What the process remembers of every todo: a compact record each, and who depends on whom.

No bodies are kept here (see ``todo_store``). The registry never talks to anybody: it is fed with what was seen, refuses
what is older than what it knows, and answers which other todos should look again.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from myapp.application.snapshot import Snapshot
from myapp.domain.dependency import DependencyState
from myapp.domain.dependency_graph import DependencyGraph
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey


@dataclass(slots=True)
class TodoRecord:
    """The little that must be known of a todo at any time."""

    uid: str
    version: int
    state: DependencyState
    priority: int
    expires: bool
    """Whether it has ended and will be deleted."""


class TodoRegistry:
    """Records by key, and one dependency graph per namespace."""

    def __init__(self) -> None:
        self._records: dict[TodoKey, TodoRecord] = {}
        self._graphs: dict[str, DependencyGraph] = {}

    def __len__(self) -> int:
        return len(self._records)

    def knows(self, key: TodoKey, uid: str, version: str) -> bool:
        """Whether this version, or a later one of the same object, was seen before."""
        record = self._records.get(key)
        return record is not None and record.uid == uid and record.version >= int(version)

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether nothing newer than this snapshot is known."""
        record = self._records.get(snapshot.key)
        return record is not None and record.uid == snapshot.uid and record.version == int(snapshot.version)

    def priority_of(self, key: TodoKey) -> int:
        """The rank in the work queue."""
        record = self._records.get(key)
        return record.priority if record is not None else 0

    def observe(self, snapshot: Snapshot) -> frozenset[TodoKey] | None:
        """Take in a snapshot: the todos that should look again because of it, or None where it is old news.

        Versions are compared as numbers, also between objects of one name: what was created later has the higher one
        (KEP-5504, and true of every etcd-backed server before it).
        """
        key, version = snapshot.key, int(snapshot.version)
        known = self._records.get(key)
        if known is not None and known.version >= version:
            return None
        state = snapshot.dependency_state
        key = TodoKey(sys.intern(key.namespace), key.name)
        expires = snapshot.expires_at is not None
        self._records[key] = TodoRecord(snapshot.uid, version, state, snapshot.priority, expires)
        woken = self._rewire(key, snapshot.waits_for)
        if known is None or known.state != state or known.uid != snapshot.uid:
            woken |= self._graph(key).dependents_of(key.name)
        woken.discard(key.name)
        return frozenset(map(key.beside, woken))

    def forget(self, key: TodoKey, uid: str) -> frozenset[TodoKey]:
        """The object was deleted: the todos that should look again. Another object of that name is not forgotten."""
        record = self._records.get(key)
        if record is None or record.uid != uid:
            return frozenset()
        del self._records[key]
        graph = self._graph(key)
        woken = (self._rewire(key, ()) | graph.dependents_of(key.name)) - {key.name}
        if graph.empty:
            del self._graphs[key.namespace]
        return frozenset(map(key.beside, woken))

    def related(self, todo: TodoEntry) -> Related:
        """What ``todo`` must know of the others."""
        graph = self._graph(todo.key)
        records = ((entry.name, self._records.get(todo.key.beside(entry.name))) for entry in todo.dependencies)
        return Related(
            dependencies={name: record.state for name, record in records if record is not None},
            loop=graph.loop_through(todo.key.name),
            awaited=graph.has_dependents(todo.key.name),
        )

    def vanished(self, listed: Iterable[tuple[TodoKey, str]], version: str) -> Iterator[tuple[TodoKey, str]]:
        """The known objects that a listing of that version should have had and does not: key and uid."""
        present, limit = set(listed), int(version)
        known = [(key, record.uid) for key, record in self._records.items() if record.version <= limit]
        return (entry for entry in known if entry not in present)

    def _rewire(self, key: TodoKey, waits_for: tuple[str, ...]) -> set[str]:
        """Change what ``key`` depends on: the names for which that may change something.

        These are the members of a loop that closes or opens, and todos that may be deleted now that nobody waits for
        them any more.
        """
        graph = self._graph(key)
        before = graph.dependencies_of(key.name)
        if before == waits_for:
            return set()
        touched = set(graph.loop_through(key.name))
        graph.set_dependencies(key.name, waits_for)
        touched.update(graph.loop_through(key.name))
        for name in set(before).difference(waits_for):
            freed = self._records.get(key.beside(name))
            if freed is not None and freed.expires and not graph.has_dependents(name):
                touched.add(name)
        return touched

    def _graph(self, key: TodoKey) -> DependencyGraph:
        return self._graphs.setdefault(key.namespace, DependencyGraph())
