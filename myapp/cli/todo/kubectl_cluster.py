"""The cluster as kubectl shows it: the port `Cluster` in kubectl's commands.

Resources are named in full (`todos.todo.myapp.dev`), because a cluster may have other todos.
"""

from collections.abc import Sequence
from typing import Any

from myapp.cli.todo.cluster import Judgement, Selection
from myapp.cli.todo.decision_request import API_GROUP, Person
from myapp.cli.todo.errors import UnexpectedAnswerError
from myapp.cli.todo.kubectl import Kubectl
from myapp.cli.todo.todo_view import TodoView, todo_view

TODOS = f"todos.{API_GROUP}"
DECISIONS = f"tododecisions.{API_GROUP}"


class KubectlCluster:
    """Implements `Cluster`."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl

    def todo(self, name: str) -> TodoView:
        return todo_view(self._kubectl.json("get", TODOS, name))

    def todos(self, selection: Selection) -> Sequence[TodoView]:
        return [todo_view(item) for item in self._kubectl.json("get", TODOS, *_flags(selection)).get("items", [])]

    def person(self) -> Person:
        review = self._kubectl.json("auth", "whoami")
        user = review.get("status", {}).get("userInfo", {})
        if not user.get("username"):
            raise UnexpectedAnswerError(f"kubectl auth whoami names no user: {review}")
        return Person(username=user["username"], groups=tuple(user.get("groups") or ()))

    def may(self, verb: str, todo: TodoView) -> bool:
        answer = self._kubectl.answer("auth", "can-i", verb, f"{TODOS}/{todo.name}", f"--namespace={todo.namespace}")
        return answer.startswith("yes")

    def create_decision(self, manifest: dict[str, Any]) -> Judgement:
        return _judgement(self._kubectl.create(manifest))

    def judgement(self, decision: Judgement) -> Judgement:
        return _judgement(self._kubectl.json("get", DECISIONS, decision.name, f"--namespace={decision.namespace}"))

    def print_todos(self, selection: Selection, output: str) -> None:
        self._kubectl.show("get", TODOS, *_flags(selection), *([f"--output={output}"] if output else []))

    def print_decision(self, decision: Judgement, output: str) -> None:
        self._kubectl.show("get", DECISIONS, decision.name, f"--namespace={decision.namespace}", f"--output={output}")


def _flags(selection: Selection) -> list[str]:
    return [
        *(["--all-namespaces"] if selection.all_namespaces else []),
        *([f"--selector={selection.labels}"] if selection.labels else []),
        *([f"--field-selector={selection.fields}"] if selection.fields else []),
    ]


def _judgement(manifest: dict[str, Any]) -> Judgement:
    metadata, status = manifest["metadata"], manifest.get("status") or {}
    return Judgement(
        name=metadata["name"],
        namespace=metadata["namespace"],
        outcome=status.get("outcome", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
    )
