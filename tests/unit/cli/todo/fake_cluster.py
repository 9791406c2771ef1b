"""A cluster of plain values for the plug-in: what is asked of it is answered from what the test put in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from myapp.cli.todo.cluster import Judgement, Selection
from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.todo_view import TodoView, todo_view

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

    def may(self, verb: str, todo: TodoView) -> bool:
        del todo
        return verb in self.verbs

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
