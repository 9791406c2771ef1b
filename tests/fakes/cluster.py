"""A cluster in memory: todos and decisions with versions that grow, as the API server keeps them.

Implements TodoReader, TodoLister, DecisionLister, TodoStatusWriter, AnswerWriter and TodoDeleter.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from myapp.application.errors import ApiError
from myapp.application.outcomes import Gone, Stale, WriteResult, Written
from myapp.application.ports import ListedTodo, Page
from myapp.application.snapshot import Snapshot, TodoSnapshot, UnreadableTodo
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.decision import Answer, Decision, DecisionAction, DecisionReason
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_status import TodoStatus
from tests.fakes.clock import START
from tests.fakes.effects import Errand

NAMESPACE = "shop"
ACTIONS_AND_ERRAND = {**ACTIONS, "errand": Errand.create_from_fields}


@dataclass
class FakeCluster:
    """What is stored, what was written, and errors to raise instead of the next answers; None lets one be given."""

    todos: dict[TodoKey, Snapshot] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)
    status_writes: list[tuple[TodoKey, TodoStatus]] = field(default_factory=list)
    reads: list[TodoKey] = field(default_factory=list)
    deleted: list[TodoKey] = field(default_factory=list)
    failures: list[ApiError | None] = field(default_factory=list)
    lost_answers: list[ApiError] = field(default_factory=list)
    """What is raised in place of the answer to a status that was written."""
    refused_writes: list[TodoKey] = field(default_factory=list)
    _version: int = 100

    def apply(self, name: str, **fields: object) -> TodoSnapshot:
        """Create a todo, or change its spec, as a user would."""
        key = TodoKey(NAMESPACE, name)
        before = self.todos.get(key)
        known = before if isinstance(before, TodoSnapshot) else None
        data = {
            "id": known.uid if known else f"uid-{name}-{self._version}",
            "namespace": NAMESPACE,
            "name": name,
            "created_at": known.todo.created_at if known else START,
            "generation": known.todo.generation + 1 if known else 1,
            "content": f"Do {name}",
        }
        todo = TodoEntry.create_from_dict(data | fields, ACTIONS_AND_ERRAND)
        snapshot = TodoSnapshot(todo, known.status if known else TodoStatus(), self.next_version())
        self.todos[key] = snapshot
        return snapshot

    def store(self, snapshot: Snapshot) -> Snapshot:
        """Put an object in as it is, in a new version."""
        stored = replace(snapshot, version=self.next_version())
        self.todos[snapshot.key] = stored
        return stored

    def decide(
        self, name: str, username: str = "oncall", target_id: str | None = None, *, action: str = "Complete"
    ) -> Decision:
        """Create a decision, which completes a todo if not said otherwise."""
        target = TodoKey(NAMESPACE, name)
        uid = target_id or (self.todos[target].uid if target in self.todos else "no-such-uid")
        number = self.next_version()
        decision = Decision(
            id=f"decision-{number}",
            key=TodoKey(NAMESPACE, f"{name}-complete-{number}"),
            target=target,
            target_id=uid,
            action=DecisionAction(action),
            username=username,
            message="",
            created_at=START,
            version=number,
        )
        self.decisions[decision.id] = decision
        return decision

    def status_of(self, name: str) -> TodoStatus:
        """The stored status."""
        status = self.todos[TodoKey(NAMESPACE, name)].status
        assert status is not None
        return status

    def next_version(self) -> str:
        """A resourceVersion that was not given before."""
        self._version += 1
        return str(self._version)

    def _fail_if_told(self) -> None:
        if self.failures and (failure := self.failures.pop(0)) is not None:
            raise failure

    async def read(self, key: TodoKey) -> Snapshot | None:
        """TodoReader."""
        self.reads.append(key)
        self._fail_if_told()
        return self.todos.get(key)

    async def write(self, snapshot: Snapshot, status: TodoStatus) -> WriteResult:
        """TodoStatusWriter."""
        self._fail_if_told()
        stored = self.todos.get(snapshot.key)
        if stored is None:
            return Gone()
        if stored.version != snapshot.version:
            self.refused_writes.append(snapshot.key)
            return Stale()
        version = self.next_version()
        self.todos[snapshot.key] = replace(stored, status=status, version=version)
        self.status_writes.append((snapshot.key, status))
        if self.lost_answers:
            raise self.lost_answers.pop(0)
        return Written(version)

    async def delete(self, snapshot: Snapshot) -> WriteResult:
        """TodoDeleter."""
        self._fail_if_told()
        stored = self.todos.get(snapshot.key)
        if stored is None:
            return Gone()
        if stored.version != snapshot.version or stored.uid != snapshot.uid:
            return Stale()
        del self.todos[snapshot.key]
        self.deleted.append(snapshot.key)
        return Written(snapshot.version)


@dataclass
class FakeTodoLister:
    """TodoLister over a fake cluster."""

    cluster: FakeCluster
    parsed: list[str] = field(default_factory=list)

    async def pages(self) -> AsyncIterator[Page]:
        """One page a todo, so that paging is exercised."""
        version = self.cluster.next_version()
        yield Page(version, [])
        for todo in list(self.cluster.todos.values()):
            yield Page(version, [ListedTodo(todo.key, todo.uid, todo.version, partial(self._parse, todo))])

    def _parse(self, snapshot: Snapshot) -> Snapshot:
        self.parsed.append(snapshot.key.name)
        return snapshot


@dataclass
class FakeDecisionLister:
    """DecisionLister over a fake cluster."""

    cluster: FakeCluster

    async def pages(self) -> AsyncIterator[Sequence[Decision]]:
        """All unjudged decisions in one part."""
        self.cluster._fail_if_told()  # noqa: SLF001 - the two fakes are one world
        yield list(self.cluster.decisions.values())


@dataclass
class FakeAnswerWriter:
    """AnswerWriter over a fake cluster."""

    cluster: FakeCluster

    async def write(self, answer: Answer, moment: datetime) -> WriteResult:  # noqa: ARG002 - the port's signature
        """Record the answer; the decision counts as judged from then on."""
        self.cluster._fail_if_told()  # noqa: SLF001 - the two fakes are one world
        stored = self.cluster.decisions.get(answer.decision.id)
        if stored is None:
            return Gone()
        if stored.version != answer.decision.version:
            return Stale()
        del self.cluster.decisions[stored.id]
        self.cluster.answers.append(answer)
        return Written(self.cluster.next_version())

    async def postpone(self, decision: Decision, reason: DecisionReason, message: str) -> WriteResult:  # noqa: ARG002
        """Record what the decision is told, which comes back with its next version."""
        self.cluster._fail_if_told()  # noqa: SLF001 - the two fakes are one world
        stored = self.cluster.decisions.get(decision.id)
        if stored is None:
            return Gone()
        if stored.version != decision.version:
            return Stale()
        version = self.cluster.next_version()
        self.cluster.decisions[stored.id] = replace(stored, told=message, version=version)
        self.cluster.postponed.append(message)
        return Written(version)


def unreadable(name: str, status: TodoStatus | None, problem: str = "spec.content: found 7") -> UnreadableTodo:
    """An object that cannot be understood."""
    return UnreadableTodo(TodoKey(NAMESPACE, name), f"uid-{name}", "1", 1, status, problem)
