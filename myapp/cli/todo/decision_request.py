"""The TodoDecision that a person's command becomes. Pure: what is sent is decided here, sending is kubectl's.

The admission policy compares all of it with who really sends it, so nothing here is trusted by anybody: a wrong user or
owner is refused by the API server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from myapp.cli.todo.act import Act
from myapp.cli.todo.todo_view import TodoView

API_GROUP = "todo.myapp.dev"
API_VERSION = f"{API_GROUP}/v1alpha1"
_MOST_GROUPS = 256
"""What the CRD allows. Some companies put people in more."""
LONGEST_MESSAGE = 1024
"""Characters; what the CRD allows."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the API server takes the sender for (`SelfSubjectReview.status.userInfo`)."""

    username: str
    groups: tuple[str, ...]


def decision_manifest(
    act: Act, todo: TodoView, person: Person, message: str, values: Mapping[str, str]
) -> dict[str, Any]:
    """A create-only object that goes when its Todo goes: it is owned by exactly its target, bound by uid."""
    spec: dict[str, Any] = {
        "target": {"kind": "Todo", "name": todo.name, "uid": todo.uid},
        "action": act.action,
        "user": {"username": person.username, "groups": _groups(person, todo)},
    }
    if message:
        spec["message"] = message
    if values:
        spec["values"] = dict(values)
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoDecision",
        "metadata": {
            "generateName": f"{todo.name}-{act.command}-",
            "namespace": todo.namespace,
            "ownerReferences": [{"apiVersion": API_VERSION, "kind": "Todo", "name": todo.name, "uid": todo.uid}],
        },
        "spec": spec,
    }


def _groups(person: Person, todo: TodoView) -> list[str]:
    """The person's groups; of very many those first in whose name the person is asked."""
    return sorted(person.groups, key=lambda group: group not in todo.asked_groups)[:_MOST_GROUPS]
