"""The TodoDecision that a person's command becomes. Pure: what is sent is decided here, sending is kubectl's.

The admission policy compares all of it with who really sends it, so nothing here is trusted by anybody: a wrong user or
owner is refused by the API server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from myapp.cli.todo.act import Act
from myapp.cli.todo.fit import Target
from myapp.cli.todo.kind import API_VERSION

_MOST_GROUPS = 256
"""What the CRD allows. Some companies put people in more."""
LONGEST_MESSAGE = 1024
"""Characters; what the CRD allows."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the API server takes the sender for (`SelfSubjectReview.status.userInfo`)."""

    username: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What a person has to say with a decision: why, what fills a form in, how a run is cancelled; "" where nothing."""

    message: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    mode: str = ""


def decision_manifest(act: Act, target: Target, person: Person, words: Words) -> dict[str, Any]:
    """A create-only object that goes when its target goes: it is owned by exactly that, bound by uid."""
    spec: dict[str, Any] = {
        "target": {"kind": str(target.kind), "name": target.name, "uid": target.uid},
        "action": act.action,
        "user": {"username": person.username, "groups": _groups(person, target)},
    }
    said = {"message": words.message, "values": dict(words.values), "mode": words.mode}
    spec |= {name: value for name, value in said.items() if value}
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoDecision",
        "metadata": {
            "generateName": f"{target.name}-{act.command}-",
            "namespace": target.namespace,
            "ownerReferences": [
                {"apiVersion": API_VERSION, "kind": str(target.kind), "name": target.name, "uid": target.uid}
            ],
        },
        "spec": spec,
    }


def _groups(person: Person, target: Target) -> list[str]:
    """The person's groups; of very many those first in whose name the person is asked."""
    return sorted(person.groups, key=lambda group: group not in target.asked_groups)[:_MOST_GROUPS]
