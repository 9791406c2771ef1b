"""Runs, templates and kept definitions in memory, beside a cluster of todos.

Implements RunReader, RunStatusWriter, RunDeleter, ChildWriter, DefinitionStore, TemplateReader, TemplateStatusWriter
(by ``templates_of``) and RunNoticeBoard. ``crash`` is asked before and after each write and may raise.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from myapp.application.outcomes import Gone, Stale, WriteResult, Written
from myapp.application.run_ports import (
    ChildBody,
    KeptDefinition,
    ListedRun,
    NameTaken,
    NotAllowed,
    NotMade,
    NotValid,
    RunMade,
    RunPage,
    TemplatePage,
    TodoMade,
)
from myapp.application.run_snapshot import RunSight, RunSnapshot, TemplateSnapshot
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.decision import Decision, DecisionAction, TargetKind
from myapp.domain.errors import InvalidTodoError
from myapp.domain.json_value import JsonValue
from myapp.domain.owner_run import OwnerRun
from myapp.domain.plan import Notice
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_status import TodoStatus
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.template_status import TemplateStatus
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import ACTIONS_AND_ERRAND, NAMESPACE, FakeCluster


def _never(_what: str) -> None:
    """Nothing goes wrong."""


@dataclass
class FakeRunCluster:
    """What is stored, and what was written."""

    todos: FakeCluster
    clock: FakeClock
    crash: Callable[[str], None] = _never
    runs: dict[TodoKey, RunSight] = field(default_factory=dict)
    templates: dict[TodoKey, TemplateSnapshot] = field(default_factory=dict)
    definitions: dict[TodoKey, tuple[str, KeptDefinition]] = field(default_factory=dict)
    refusals: dict[str, NotMade] = field(default_factory=dict)
    """By the name of the child: what its creation is answered with."""
    created: list[str] = field(default_factory=list)
    status_writes: list[tuple[str, RunStatus]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    deleted: list[TodoKey] = field(default_factory=list)
    bodies: dict[str, ChildBody] = field(default_factory=dict)

    def apply(self, name: str, **spec: Any) -> RunSnapshot:  # noqa: ANN401 - the spec as JSON
        """Create a run, or change its spec, as a user would."""
        key = TodoKey(NAMESPACE, name)
        before = self.runs.get(key)
        known = before if isinstance(before, RunSnapshot) else None
        identity = {
            "id": known.uid if known else f"uid-{name}-{self.todos.next_version()}",
            "namespace": NAMESPACE,
            "name": name,
            "created_at": self.clock.now(),
            "generation": known.generation + 1 if known else 1,
        }
        entry = RunEntry.create_from_dict(spec | identity)
        snapshot = RunSnapshot(entry, known.status if known else RunStatus(), self.todos.next_version())
        self.runs[key] = snapshot
        return snapshot

    def template(self, name: str, **spec: Any) -> TemplateSnapshot:  # noqa: ANN401 - the spec as JSON
        """Create a template, or change it."""
        key = TodoKey(NAMESPACE, name)
        known, version = self.templates.get(key), self.todos.next_version()
        generation = known.generation + 1 if known else 1
        definition = Definition.create_from_dict(spec)
        status = known.status if known else TemplateStatus()
        uid = known.uid if known else f"uid-{name}-{version}"
        self.templates[key] = TemplateSnapshot(key, uid, version, generation, definition, status)
        return self.templates[key]

    def decide(self, name: str, action: str, **fields: Any) -> Decision:  # noqa: ANN401 - of a decision
        """Somebody decides about a run."""
        key, number = TodoKey(NAMESPACE, name), self.todos.next_version()
        uid = self.runs[key].uid if key in self.runs else "no-such-uid"
        decision = Decision(
            id=f"decision-{number}",
            key=TodoKey(NAMESPACE, f"{name}-{number}"),
            target=key,
            target_id=uid,
            action=DecisionAction(action),
            username="oncall",
            message="",
            created_at=self.clock.now(),
            version=number,
            target_kind=TargetKind.WORKFLOW,
            **fields,
        )
        self.todos.decisions[decision.id] = decision
        return decision

    def status_of(self, name: str) -> RunStatus:
        """The stored status."""
        status = self.runs[TodoKey(NAMESPACE, name)].status
        assert status is not None
        return status

    async def read(self, key: TodoKey) -> RunSight | None:
        """RunReader."""
        return self.runs.get(key)

    async def write(self, snapshot: RunSight, status: RunStatus) -> WriteResult:
        """RunStatusWriter."""
        self.crash("before a status")
        stored = self.runs.get(snapshot.key)
        if stored is None:
            return Gone()
        if stored.version != snapshot.version:
            return Stale()
        version = self.todos.next_version()
        self.runs[snapshot.key] = replace(stored, status=status, version=version)
        self.status_writes.append((snapshot.key.name, status))
        self.crash("after a status")
        return Written(version)

    async def delete(self, snapshot: RunSnapshot) -> WriteResult:
        """RunDeleter."""
        self.deleted.append(snapshot.key)
        del self.runs[snapshot.key]
        return Written(snapshot.version)

    async def create_todo(self, body: ChildBody) -> TodoMade | NotMade:
        """ChildWriter."""
        if (refusal := self.refusals.get(body.key.name)) is not None:
            return refusal
        known = self.todos.todos.get(body.key)
        if known is not None:
            ours = known.run is not None and known.run.uid == body.run_uid
            return TodoMade(known) if ours else NameTaken(f"{body.key.name} is taken", passing=False)
        self.crash(f"before {body.key.name}")
        try:
            todo = TodoEntry.create_from_dict(_todo_fields(body, self.clock.now()), ACTIONS_AND_ERRAND)
        except InvalidTodoError as error:
            return NotValid(str(error))
        made = TodoSnapshot(todo, TodoStatus(), self.todos.next_version())
        self.todos.todos[body.key] = made
        self._note(body)
        return TodoMade(made)

    async def create_run(self, body: ChildBody) -> RunMade | NotMade:
        """ChildWriter."""
        known = self.runs.get(body.key)
        if known is not None:
            return RunMade(known)
        self.crash(f"before {body.key.name}")
        identity = {
            "id": f"uid-{body.key.name}-{self.todos.next_version()}",
            "namespace": body.key.namespace,
            "name": body.key.name,
            "created_at": self.clock.now(),
            "generation": 1,
            "parent": OwnerRun(body.run_name, body.run_uid, body.part),
            "definition_name": body.definition_name,
        }
        made = RunSnapshot(
            RunEntry.create_from_dict(dict(body.spec) | identity), RunStatus(), self.todos.next_version()
        )
        self.runs[body.key] = made
        self._note(body)
        return RunMade(made)

    async def load(self, key: TodoKey) -> KeptDefinition | None:
        """DefinitionStore."""
        found = self.definitions.get(key)
        return found[1] if found is not None else None

    async def keep(
        self,
        key: TodoKey,
        run_name: str,  # noqa: ARG002 - the port's signature
        run_uid: str,
        data: Mapping[str, JsonValue],
    ) -> KeptDefinition | NameTaken | NotAllowed:
        """DefinitionStore."""
        if isinstance(refusal := self.refusals.get(key.name), NameTaken | NotAllowed):
            return refusal
        found = self.definitions.get(key)
        if found is not None:
            return found[1] if found[0] == run_uid else NameTaken(f"{key.name} is taken", passing=False)
        self.crash("before a definition")
        self.definitions[key] = run_uid, KeptDefinition(json.loads(json.dumps(data)))
        self.crash("after a definition")
        return self.definitions[key][1]

    def publish(self, snapshot: RunSight, notice: Notice) -> None:  # noqa: ARG002 - the port's signature
        """RunNoticeBoard."""
        self.notices.append(notice)

    def _note(self, body: ChildBody) -> None:
        self.created.append(body.key.name)
        self.bodies[body.key.name] = body
        self.crash(f"after {body.key.name}")


@dataclass
class FakeTemplates:
    """TemplateReader, TemplateLister and TemplateStatusWriter over the templates of a cluster."""

    cluster: FakeRunCluster
    reads: list[str] = field(default_factory=list)
    writes: list[TemplateStatus] = field(default_factory=list)

    async def pages(self) -> AsyncIterator[TemplatePage]:
        """TemplateLister: all in one page."""
        yield TemplatePage(self.cluster.todos.next_version(), list(self.cluster.templates.values()))

    async def read(self, key: TodoKey) -> TemplateSnapshot | None:
        """TemplateReader."""
        self.reads.append(key.name)
        return self.cluster.templates.get(key)

    async def write(self, snapshot: TemplateSnapshot, status: TemplateStatus) -> WriteResult:
        """TemplateStatusWriter."""
        version = self.cluster.todos.next_version()
        self.cluster.templates[snapshot.key] = replace(snapshot, status=status, version=version)
        self.writes.append(status)
        return Written(version)


def _todo_fields(body: ChildBody, now: datetime) -> dict[str, Any]:
    """The spec in snake case, as far as these tests use it."""
    names = {"serviceAccountName": "service_account_name", "onTimeout": "on_timeout"}
    fields = {names.get(name, name): value for name, value in body.spec.items()}
    return fields | {
        "id": f"uid-{body.key.name}",
        "namespace": body.key.namespace,
        "name": body.key.name,
        "created_at": now,
        "generation": 1,
        "run": OwnerRun(body.run_name, body.run_uid, body.part),
        "ready_at": body.ready_at,
    }


class FakeRunLister:
    """RunLister over the runs of a fake cluster, a page each."""

    def __init__(self, cluster: FakeRunCluster) -> None:
        self._cluster = cluster

    async def pages(self) -> AsyncIterator[RunPage]:
        """All runs, as of the newest version among all that is stored."""
        sights = list(self._cluster.runs.values())
        version = self._cluster.todos.next_version()
        for sight in sights:
            yield RunPage(version, [ListedRun(sight.key, sight.uid, sight.version, partial(_given, sight))])
        if not sights:
            yield RunPage(version, [])


def _given(sight: RunSight) -> RunSight:
    return sight
