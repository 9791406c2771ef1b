"""What the commands need of a cluster: the port, and the values that cross it.

The only adapter is kubectl (`kubectl_cluster.py`); tests bring their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from myapp.cli.todo.decision_request import Person
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


class Cluster(Protocol):
    """A cluster, seen by one person. Every method raises `PluginError` where kubectl gives no answer."""

    def todo(self, name: str) -> TodoView:
        """One Todo of the current namespace."""

    def todos(self, selection: Selection) -> Sequence[TodoView]:
        """All selected Todos, in the API server's order."""

    def person(self) -> Person:
        """Who the API server takes us for."""

    def may(self, verb: str, todo: TodoView) -> bool:
        """Whether this person has the verb on this very Todo."""

    def create_decision(self, manifest: dict[str, Any]) -> Judgement:
        """Stores the decision; what the policies refuse raises `KubectlFailedError` with their sentence."""

    def judgement(self, decision: Judgement) -> Judgement:
        """The same decision as it stands now."""

    def print_todos(self, selection: Selection, output: str) -> None:
        """Lets kubectl itself print the selected Todos: `output` as its flag -o, "" for its table."""

    def print_decision(self, decision: Judgement, output: str) -> None:
        """Lets kubectl itself print the decision: `output` as its flag -o."""
