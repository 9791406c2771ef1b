"""A todo that has ended is told by its end alone, and never told differently than when it is read as a whole."""

from typing import Any

import pytest
from hypothesis import given

from myapp.application.finished_todo import FinishedTodo, Sight
from myapp.application.snapshot import TodoSnapshot, UnreadableTodo
from myapp.domain.decide import decide_unreadable
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.mapping.todo_document import to_document
from myapp.infrastructure.mapping.todo_mapper import to_snapshot
from myapp.infrastructure.mapping.todo_sight import to_sight
from tests.fakes.clock import START
from tests.unit.infrastructure.api_strategies import STATUSES, accepted_todos

_SEEN = (
    "key",
    "uid",
    "version",
    "settled",
    "phase",
    "reason",
    "priority",
    "expires_at",
    "due_at",
    "depends_on",
    "waits_for",
    "dependency_state",
)


def _raw(**status: object) -> dict[str, Any]:
    metadata = {
        "namespace": "shop",
        "name": "approve",
        "uid": "u-1",
        "resourceVersion": "42",
        "generation": 3,
        "creationTimestamp": "2026-12-01T08:00:00Z",
    }
    ended = {"observedGeneration": 3, "phase": "Succeeded", "reason": "Completed", **status}
    return {"metadata": metadata, "spec": {"content": "x", "ttlAfterFinished": "1h"}, "status": ended}


def _told(sight: Sight) -> list[object]:
    return [getattr(sight, name) for name in _SEEN]


@given(accepted_todos(), STATUSES)
def test_both_ways_of_reading_agree(todo: TodoEntry, status: TodoStatus) -> None:
    """In all that the registry, the queue and the census ask of a todo; and what has settled is told shortly."""
    raw = to_document(TodoSnapshot(todo, status, "42"))

    sight, whole = to_sight(raw), to_snapshot(raw)

    assert isinstance(sight, FinishedTodo) is whole.settled
    assert _told(sight) == _told(whole)


@pytest.mark.parametrize(
    "status",
    [
        {"phase": "Active"},
        {"phase": "Queued"},
        {"phase": ["Succeeded"]},
        {"reason": "HeldByQueue"},
        {"reason": {}},
        {"observedGeneration": 2},
        {"completionTime": "yesterday"},
        {"completionTime": "2026-12-01T08:00:00"},
        {"completionTime": 7},
    ],
)
def test_what_leaves_a_doubt_is_read_as_a_whole(status: dict[str, object]) -> None:
    """An unknown phase, a strange type, a generation that was not seen: nothing is guessed."""
    raw = _raw(**status)

    assert to_sight(raw) == to_snapshot(raw)


@pytest.mark.parametrize("part", ["spec", "status"])
def test_what_is_no_object_is_unreadable(part: str) -> None:
    """Both ways."""
    raw = _raw() | {part: "none"}

    assert isinstance(to_sight(raw), UnreadableTodo)


def test_what_had_ended_has_ended_although_its_spec_is_not_understood() -> None:
    """An older version accepted it and brought it to its end: read as a whole, its status would not change either."""
    raw = _raw() | {"spec": {"content": "x", "wait": {"duration": "a while"}}}

    assert isinstance(to_sight(raw), FinishedTodo)
    whole = to_snapshot(raw)
    assert isinstance(whole, UnreadableTodo)
    assert whole.status is not None
    assert decide_unreadable(whole.status, whole.generation, whole.problem, (), START).status == whole.status
