"""What the process remembers of every todo: a compact record each, and who depends on whom.

No bodies are kept here (see ``todo_store``). The registry never talks to anybody: it is fed with what was seen, refuses
what is older than what it knows, and answers which other todos should look again.
"""

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from myapp.application.snapshot import Snapshot
from myapp.domain.dependency import DependencyState
from myapp.domain.dependency_graph import DependencyGraph
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey

#: How many deleted objects are remembered, so that an older version of one that arrives late does not revive it.
_BURIED = 10_000


@dataclass(slots=True)
class TodoRecord:
    """The little that must be known of a todo at any time."""

    uid: str
    version: int
    state: DependencyState
    priority: int
    expires: bool
    """Whether it has ended and will be deleted."""
    depends_on: tuple[str, ...]
    """While it has not ended."""


class TodoRegistry:
    """Records by key, who depends on whom, and one graph per namespace of who waits for whom."""

    def __init__(self) -> None:
        self._records: dict[TodoKey, TodoRecord] = {}
        self._dependents: dict[TodoKey, set[TodoKey]] = {}
        self._graphs: dict[str, DependencyGraph] = {}
        self._buried: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def knows(self, key: TodoKey, uid: str, version: str) -> bool:
        """Whether this version, or a later one of the same object, was seen before; or its end."""
        record = self._records.get(key)
        return uid in self._buried or (record is not None and record.uid == uid and record.version >= int(version))

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
        if snapshot.uid in self._buried or (known is not None and known.version >= version):
            return None
        state = snapshot.dependency_state
        key = TodoKey(sys.intern(key.namespace), key.name)
        expires = snapshot.expires_at is not None
        self._records[key] = TodoRecord(snapshot.uid, version, state, snapshot.priority, expires, snapshot.depends_on)
        woken = self._relate(key, known.depends_on if known is not None else (), snapshot.depends_on)
        woken |= self._rewire(key, snapshot.waits_for)
        if known is None or known.state != state or known.uid != snapshot.uid:
            woken |= self._dependents.get(key, set())
        return frozenset(woken - {key})

    def forget(self, key: TodoKey, uid: str) -> frozenset[TodoKey]:
        """The object was deleted: the todos that should look again. Another object of that name is not forgotten."""
        self._buried[uid] = None
        if len(self._buried) > _BURIED:
            self._buried.popitem(last=False)
        record = self._records.get(key)
        if record is None or record.uid != uid:
            return frozenset()
        del self._records[key]
        woken = self._relate(key, record.depends_on, ()) | self._rewire(key, ()) | self._dependents.get(key, set())
        return frozenset(woken - {key})

    def related(self, todo: TodoEntry) -> Related:
        """What ``todo`` must know of the others."""
        graph = self._graphs.get(todo.key.namespace)
        records = ((entry.name, self._records.get(todo.key.beside(entry.name))) for entry in todo.dependencies)
        return Related(
            dependencies={name: record.state for name, record in records if record is not None},
            loop=graph.loop_through(todo.key.name) if graph is not None else (),
            awaited=todo.key in self._dependents,
        )

    def vanished(self, listed: Iterable[tuple[TodoKey, str]], version: str) -> Iterator[tuple[TodoKey, str]]:
        """The known objects that a listing of that version should have had and does not: key and uid."""
        present, limit = set(listed), int(version)
        known = [(key, record.uid) for key, record in self._records.items() if record.version <= limit]
        return (entry for entry in known if entry not in present)

    def _relate(self, key: TodoKey, before: tuple[str, ...], after: tuple[str, ...]) -> set[TodoKey]:
        """Change what ``key`` depends on: finished todos that nobody depends on any more, and that may be deleted."""
        if before == after:
            return set()
        for name in after:
            self._dependents.setdefault(key.beside(name), set()).add(key)
        freed = set()
        for other in map(key.beside, set(before).difference(after)):
            self._dependents[other].discard(key)
            if not self._dependents[other]:
                del self._dependents[other]
                record = self._records.get(other)
                if record is not None and record.expires:
                    freed.add(other)
        return freed

    def _rewire(self, key: TodoKey, waits_for: tuple[str, ...]) -> set[TodoKey]:
        """Change what ``key`` waits for: the members of a loop that opens or closes by it."""
        graph = self._graphs.setdefault(key.namespace, DependencyGraph())
        touched: set[str] = set()
        if graph.dependencies_of(key.name) != waits_for:
            touched.update(graph.loop_through(key.name))
            graph.set_dependencies(key.name, waits_for)
            touched.update(graph.loop_through(key.name))
        if graph.empty:
            del self._graphs[key.namespace]
        return set(map(key.beside, touched))
