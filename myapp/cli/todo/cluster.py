"""What the commands need of a cluster: the port, and the values that cross it.

The only adapter is kubectl (`kubectl_cluster.py`); tests bring their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.fit import Target
from myapp.cli.todo.pod_view import PodView
from myapp.cli.todo.rights import Ask, Rights
from myapp.cli.todo.todo_view import TodoView


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision as the API server stores it. `outcome` is "" until the operator has judged it."""

    name: str
    namespace: str
    outcome: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which Todos: of the namespace that kubectl uses, or of all; selectors in kubectl's notation, "" for none."""

    all_namespaces: bool = False
    labels: str = ""
    fields: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision with what became of it, for people to read; times as the API server wrote them."""

    username: str
    action: str
    time: str
    message: str
    outcome: str
    reason: str
    answer: str


@dataclass(frozen=True, slots=True)
class Change:
    """A Todo has changed, or has left what is watched."""

    todo: TodoView
    gone: bool


class Cluster(Protocol):
    """A cluster, seen by one person. Every method raises `PluginError` where kubectl gives no answer."""

    def todo(self, name: str) -> TodoView:
        """One Todo of the current namespace."""

    def todos(self, selection: Selection) -> Sequence[TodoView]:
        """All selected Todos, in the API server's order."""

    def person(self) -> Person:
        """Who the API server takes us for."""

    def may_create_todos(self) -> bool:
        """Whether this person may create Todos in the namespace that kubectl uses."""

    def create_decision(self, manifest: dict[str, Any]) -> Judgement:
        """Stores the decision; what the policies refuse raises `KubectlFailedError` with their sentence."""

    def judgement(self, decision: Judgement) -> Judgement:
        """The same decision as it stands now."""

    def print_todos(self, selection: Selection, output: str) -> None:
        """Lets kubectl itself print the selected Todos: `output` as its flag -o, "" for its table."""

    def print_decision(self, decision: Judgement, output: str) -> None:
        """Lets kubectl itself print the decision: `output` as its flag -o, "" for its table."""

    def print_todo(self, name: str, output: str) -> None:
        """Lets kubectl itself print one Todo: `output` as its flag -o."""

    def neighbours(self, todo: TodoView) -> Sequence[TodoView]:
        """All Todos of the Todo's namespace."""

    def dependencies(self, todo: TodoView) -> Mapping[str, TodoView]:
        """What the Todo depends on, by name, as far as it exists."""

    def decisions_on(self, target: Target) -> Sequence[DecisionRecord]:
        """All decisions on the Todo or run that are still there, in the order in which they were made."""

    def unjudged(self, namespace: str) -> Mapping[str, str]:
        """The Todos of the namespace, by uid, with decisions that wait to be judged, and why, if because of the guard.

        Nothing where this person may not read decisions.
        """

    def pods_of(self, todo: TodoView) -> Sequence[PodView]:
        """The pods of the Todo's Jobs that are still there, of all its attempts."""

    def print_log(self, pod: PodView, flags: Sequence[str], *, follow: bool) -> None:
        """Lets kubectl print the log of a pod, with these flags; `follow` until the pod has ended."""

    def create_todo(self, manifest: dict[str, Any], dry_run: str, output: str) -> None:
        """Lets kubectl create the Todo and print what it has done; the flags as kubectl has them, "" for none."""

    def awaiting_people(self, namespace: str) -> tuple[Sequence[TodoView], str]:
        """The Todos that await a person, in one namespace or ("") in all, and the version of the list."""

    def changes(self, namespace: str, version: str) -> Iterator[Change | None]:
        """What changes among those from that version on; None when it has been quiet for a moment.

        Ends when the API server has had enough of it: then list anew.
        """

    def introduce(self, asks: Sequence[Ask]) -> tuple[Person, Sequence[bool]]:
        """Who we are, and the answer to each question, in their order."""

    def rights(self, namespaces: Sequence[str]) -> Mapping[str, Rights]:
        """The rules for us in each namespace."""

    def grants(self, asks: Sequence[Ask]) -> Sequence[bool]:
        """The answer to each question, in their order."""

    def namespaces(self) -> Sequence[str]:
        """All namespaces, or where those may not be listed, the one that kubectl uses."""

    def configured(self, what: str) -> Sequence[str]:
        """The names of the `contexts`, `clusters` or `users` of the kubeconfig."""
