"""What is kept outside of the API server reads back as exactly the todo that it was."""

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.mapping.todo_document import from_document, to_document
from tests.fakes.clock import START
from tests.unit.infrastructure.api_strategies import STATUSES, accepted_todos

_MINIMAL = TodoEntry.create_from_dict(
    {"id": "u-0", "namespace": "ops", "name": "a", "created_at": START, "generation": 1, "content": "x"}
)


def _through_json(snapshot: TodoSnapshot) -> object:
    document: dict[str, Any] = json.loads(json.dumps(to_document(snapshot)))
    return from_document(document)


@given(accepted_todos(), STATUSES, st.booleans())
def test_a_document_reads_back_as_the_same_todo(todo: TodoEntry, status: TodoStatus, terminating: bool) -> None:
    """Whatever the spec and the status say."""
    snapshot = TodoSnapshot(todo, status, "42", terminating)

    assert _through_json(snapshot) == snapshot


def test_every_field_of_a_todo_is_in_the_document() -> None:
    """A todo that differs from the default in every field loses none; a new field has to be added here."""
    todo = TodoEntry.create_from_dict(
        {
            "id": "u-1",
            "namespace": "shop",
            "name": "approve",
            "created_at": _MINIMAL.created_at,
            "generation": 3,
            "content": "Prüfen\nund mehr",
            "tags": ["prod", "release"],
            "priority": -7,
            "assignees": [{"kind": "Group", "name": "sre"}, {"kind": "User", "name": "anna"}],
            "depends_on": [{"name": "smoke"}, {"name": "lint", "on": ["Failed", "Skipped"]}],
            "when": "dependencies['smoke'].outputs.ok",
            "outputs": [{"name": "ticket", "value": "result.ticket"}, {"name": "two.b", "value": "[1, 2]"}],
            "start_time": _MINIMAL.created_at,
            "due_time": _MINIMAL.created_at,
            "timeout": "1h30m",
            "on_timeout": "Skip",
            "retry": {
                "max_attempts": 4,
                "on": ["Failure"],
                "backoff": {"initial": "1s", "factor": 1.5, "max": "1m", "jitter": 0.5},
            },
            "service_account_name": "deployer",
            "suspend": True,
            "readiness": "Complete",
            "ttl_after_finished": "24h",
            "reminders": {"every": "24h", "before_due": ["24h", "90s"], "before_timeout": "0s"},
            "manual": {"form": {"properties": {"ticket": {}}}},
            "requester": "anna",
            "run": OwnerRun("release", "uid-release", ""),
            "ready_at": START + timedelta(milliseconds=250),
        }
    )
    alike = [field.name for field in fields(todo) if getattr(todo, field.name) == getattr(_MINIMAL, field.name)]

    assert alike == ["created_at"]
    assert _through_json(TodoSnapshot(todo, TodoStatus(), "42")) == TodoSnapshot(todo, TodoStatus(), "42")
