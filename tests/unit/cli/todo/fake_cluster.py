"""A cluster of plain values for the plug-in: what is asked of it is answered from what the test put in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from myapp.cli.todo.cluster import Change, DecisionRecord, Judgement, Selection
from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.fit import Target
from myapp.cli.todo.pod_view import PodView
from myapp.cli.todo.rights import DECISIONS, Ask, Rights, Rule
from myapp.cli.todo.todo_view import TodoView, todo_view
from tests.unit.cli.todo.fake_workflows import FakeWorkflows

ONCALL = Person("oncall", ("sre", "system:authenticated"))
NOT_FOUND = 'Error from server (NotFound): todos.todo.myapp.dev "{name}" not found\n'


def todo(name: str = "approve", *, spec: dict[str, Any] | None = None, **status: object) -> TodoView:
    """A Todo of namespace shop, as the API server would serve it, with the given status."""
    return todo_view(
        {
            "metadata": {
                "name": name,
                "namespace": "shop",
                "uid": f"uid-of-{name}",
                "creationTimestamp": "2026-12-01T08:00:00Z",
            },
            "spec": {"content": f"# Do {name}\nwith care", **(spec or {})},
            "status": status,
        }
    )


def active_todo() -> TodoView:
    """The Todo `approve`, which waits for a person now."""
    return todo(phase="Active", reason="AwaitingDecision")


@dataclass
class FakeCluster:
    """Implements the port `Cluster`. `answers` are the decision's states, one for each time that it is read."""

    stored: list[TodoView] = field(default_factory=list)
    user: Person = ONCALL
    verbs: frozenset[str] = frozenset({"complete"})
    answers: list[tuple[str, str, str] | KubectlFailedError] = field(default_factory=list)
    created: list[dict[str, Any]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    records: list[DecisionRecord] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    """What `unjudged` answers."""
    pods: list[list[PodView]] = field(default_factory=list)
    """The pods of the Todo's Jobs, one list for each time that they are read; the last one stays."""
    may_decide: bool = True
    may_list_all: bool = True
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    events: list[Change | None] = field(default_factory=list)
    """What a watch streams before the reader interrupts it."""

    def todo(self, name: str) -> TodoView:
        for stored in self.stored:
            if stored.name == name:
                return stored
        raise KubectlFailedError(NOT_FOUND.format(name=name), 1)

    def todos(self, selection: Selection) -> Sequence[TodoView]:
        del selection
        return self.stored

    def person(self) -> Person:
        return self.user

    def may_create_todos(self) -> bool:
        return self.may_decide

    def create_decision(self, manifest: dict[str, Any]) -> Judgement:
        self.created.append(manifest)
        metadata = manifest["metadata"]
        return Judgement(f"{metadata['generateName']}x7k2p", metadata["namespace"], "", "", "")

    def judgement(self, decision: Judgement) -> Judgement:
        answer = self.answers.pop(0) if self.answers else ("", "", "")
        if isinstance(answer, KubectlFailedError):
            raise answer
        outcome, reason, message = answer
        return replace(decision, outcome=outcome, reason=reason, message=message)

    def print_todos(self, selection: Selection, output: str) -> None:
        self.printed.append(f"todos {selection} {output}")

    def print_decision(self, decision: Judgement, output: str) -> None:
        self.printed.append(f"{decision.name} {output}")

    def print_todo(self, name: str, output: str) -> None:
        self.printed.append(f"{name} {output}")

    def neighbours(self, todo: TodoView) -> Sequence[TodoView]:
        del todo
        return self.stored

    def dependencies(self, todo: TodoView) -> Mapping[str, TodoView]:
        return {other.name: other for other in self.stored if other.name in todo.dependencies}

    def decisions_on(self, target: Target) -> Sequence[DecisionRecord]:
        del target
        return self.records

    def pods_of(self, todo: TodoView) -> Sequence[PodView]:
        del todo
        return (self.pods.pop(0) if len(self.pods) > 1 else self.pods[0]) if self.pods else []

    def print_log(self, pod: PodView, flags: Sequence[str], *, follow: bool) -> None:
        self.printed.append(f"log of {pod.name} {list(flags)} {follow}")

    def create_todo(self, manifest: dict[str, Any], dry_run: str, output: str) -> None:
        self.created.append(manifest)
        self.printed.append(f"{dry_run} {output}")

    def awaiting_people(self, namespace: str) -> tuple[Sequence[TodoView], str]:
        if not namespace and not self.may_list_all:
            raise KubectlFailedError("Error from server (Forbidden): cannot list todos at the cluster scope\n", 1)
        return [one for one in self.stored if one.awaits_a_person and namespace in ("", one.namespace)], "1"

    def changes(self, namespace: str, version: str) -> Iterator[Change | None]:
        del namespace, version
        yield from self.events
        raise KeyboardInterrupt

    def introduce(self, asks: Sequence[Ask]) -> tuple[Person, Sequence[bool]]:
        return self.user, self.grants(asks)

    def unjudged(self, namespace: str) -> Mapping[str, str]:
        del namespace
        return self.waiting

    def rights(self, namespaces: Sequence[str]) -> Mapping[str, Rights]:
        return {name: Rights((Rule(self.verbs, frozenset()),)) for name in namespaces}

    def grants(self, asks: Sequence[Ask]) -> Sequence[bool]:
        self.asked += asks
        return [self.may_decide if ask.resource == DECISIONS else ask.verb in self.verbs for ask in asks]

    def namespaces(self) -> Sequence[str]:
        return ["shop"]

    def configured(self, what: str) -> Sequence[str]:
        return [f"{what}-of-the-kubeconfig"]
