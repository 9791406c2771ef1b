"""What the process remembers of every todo: a compact record each, and who depends on whom.

No bodies are kept here (see ``todo_store``). The registry never talks to anybody: it is fed with what was seen, refuses
what is older than what it knows, and answers which other todos should look again.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from myapp.application.finished_todo import Sight
from myapp.application.known_objects import KnownObjects
from myapp.application.todo_census import Standing, TodoCensus
from myapp.domain.dependency import DependencyState
from myapp.domain.dependency_graph import DependencyGraph
from myapp.domain.form import Scalar
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Reason


@dataclass(slots=True)
class TodoRecord:
    """The little that must be known of a todo at any time."""

    uid: str
    version: int
    standing: Standing
    priority: int
    expires: bool
    """Whether it has ended and will be deleted."""
    outputs: Mapping[str, Scalar] | None
    """What it yielded; None where it yielded nothing, as most do."""

    @property
    def state(self) -> DependencyState:
        """What dependents see."""
        shared = self.standing.state
        return shared if self.outputs is None else replace(shared, outputs=self.outputs)


@dataclass(slots=True)
class _Relations:
    """The dependencies within one namespace."""

    unfinished: DependencyGraph = field(default_factory=DependencyGraph)
    """Who depends on whom, until it has ended."""
    waiting: DependencyGraph = field(default_factory=DependencyGraph)
    """Who waits for whom, until it has started: only here a loop means anything."""


class TodoRegistry(KnownObjects[TodoRecord]):
    """Records by key, and by namespace who depends on whom."""

    def __init__(self, census: TodoCensus) -> None:
        super().__init__()
        self._census = census
        self._relations: dict[str, _Relations] = {}

    def priority_of(self, key: TodoKey) -> int:
        """The rank in the work queue."""
        record = self._records.get(key)
        return record.priority if record is not None else 0

    def awaits_people(self, key: TodoKey, uid: str) -> bool:
        """Whether this very todo waits for people, as far as is known."""
        record = self._records.get(key)
        return record is not None and record.uid == uid and record.standing.reason == Reason.AWAITING_DECISION

    def observe(self, snapshot: Sight) -> frozenset[TodoKey] | None:
        """Take in a snapshot: the todos that should look again because of it, or None where it is old news."""
        if self._is_old(snapshot):
            return None
        key, version = snapshot.key, int(snapshot.version)
        known = self._records.get(key)
        key = TodoKey(sys.intern(key.namespace), key.name)
        expires = snapshot.expires_at is not None
        if known is not None:
            self._census.leave(key, known.standing)
        standing = self._census.enter(key, snapshot)
        self._records[key] = TodoRecord(
            snapshot.uid, version, standing, snapshot.priority, expires, snapshot.outputs or None
        )
        changed = known is None or known.standing.state != standing.state or known.uid != snapshot.uid
        return self._relate(key, snapshot.depends_on, snapshot.waits_for, changed=changed)

    def forget(self, key: TodoKey, uid: str) -> frozenset[TodoKey]:
        """The object was deleted: the todos that should look again. Another object of that name is not forgotten."""
        record = self._bury(key, uid)
        if record is None:
            return frozenset()
        self._census.leave(key, record.standing)
        return self._relate(key, (), (), changed=True)

    def related(self, todo: TodoEntry) -> Related:
        """What ``todo`` must know of the others."""
        relations = self._relations.get(todo.key.namespace)
        if relations is None:
            return Related()
        records = ((entry.name, self._records.get(todo.key.beside(entry.name))) for entry in todo.dependencies)
        return Related(
            dependencies={name: record.state for name, record in records if record is not None},
            loop=relations.waiting.loop_through(todo.key.name),
            awaited=relations.unfinished.has_dependents(todo.key.name),
        )

    def is_awaited(self, key: TodoKey) -> bool:
        """Whether an unfinished todo depends on one of this name."""
        relations = self._relations.get(key.namespace)
        return relations is not None and relations.unfinished.has_dependents(key.name)

    def _relate(
        self, key: TodoKey, depends_on: tuple[str, ...], waits_for: tuple[str, ...], *, changed: bool
    ) -> frozenset[TodoKey]:
        """Record what ``key`` depends on and waits for: the todos that should look again.

        These are its dependents where it has ``changed``, the members of a loop that opens or closes, and finished
        todos that may be deleted now that nobody depends on them any more.
        """
        relations = self._relations.get(key.namespace)
        if relations is None:
            if not depends_on:
                return frozenset()  # nothing in this namespace depends on anything: most todos in bulk
            relations = self._relations[key.namespace] = _Relations()
        unfinished, waiting, name = relations.unfinished, relations.waiting, key.name
        woken: set[str] = set(unfinished.dependents_of(name)) if changed else set()
        if (before := unfinished.dependencies_of(name)) != depends_on:
            unfinished.set_dependencies(name, depends_on)
            woken.update(freed for freed in set(before).difference(depends_on) if self._may_go(key.beside(freed)))
        if waiting.dependencies_of(name) != waits_for:
            woken.update(waiting.loop_through(name))
            waiting.set_dependencies(name, waits_for)
            woken.update(waiting.loop_through(name))
        if unfinished.empty and waiting.empty:
            del self._relations[key.namespace]
        return frozenset(map(key.beside, woken - {name}))

    def _may_go(self, key: TodoKey) -> bool:
        """Whether a todo has ended, will be deleted, and has no dependents."""
        record = self._records.get(key)
        relations = self._relations[key.namespace]
        return record is not None and record.expires and not relations.unfinished.has_dependents(key.name)
