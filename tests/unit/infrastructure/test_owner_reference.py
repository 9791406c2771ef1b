"""Which workflow a Todo is a step of, as its owner references say it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from myapp.application.finished_todo import FinishedTodo
from myapp.application.snapshot import TodoSnapshot, UnreadableTodo
from myapp.domain.owner_run import OwnerRun
from myapp.infrastructure.mapping.owner_reference import run_of_run
from myapp.infrastructure.mapping.todo_mapper import to_snapshot
from myapp.infrastructure.mapping.todo_sight import to_sight

OWNER = {"apiVersion": "todo.myapp.dev/v1alpha1", "kind": "TodoWorkflow", "name": "r", "uid": "u", "controller": True}
RUN = OwnerRun("r", "u", "build.2")


def _raw(*owners: dict[str, Any], spec: object = None, status: object = None) -> dict[str, Any]:
    metadata = {
        "namespace": "shop",
        "name": "r.build.2",
        "uid": "uid-1",
        "resourceVersion": "5",
        "generation": 1,
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "ownerReferences": list(owners),
    }
    return {"metadata": metadata, "spec": spec or {"content": "x"}, "status": status or {}}


def test_a_todo_knows_its_run_and_which_part_it_is() -> None:
    snapshot = to_snapshot(_raw(OWNER))
    assert isinstance(snapshot, TodoSnapshot)
    assert (snapshot.run, snapshot.todo.run) == (RUN, RUN)


@pytest.mark.parametrize(
    ("noted", "owners", "ready_at"),
    [
        ("2026-01-01T00:00:00.25Z", [OWNER], datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-01-01T00:00:00.25Z", [], None),
        ("2026-01-01T00:00:00.25", [OWNER], None),
        ("soon", [OWNER], None),
    ],
)
def test_when_its_step_was_ready_is_what_its_run_noted(
    noted: str, owners: list[dict[str, Any]], ready_at: datetime | None
) -> None:
    """To the millisecond; of a Todo that stands by itself, and where it is no time, nothing is known."""
    raw = _raw(*owners)
    raw["metadata"]["annotations"] = {"todo.myapp.dev/ready-time": noted}
    snapshot = to_snapshot(raw)
    assert isinstance(snapshot, TodoSnapshot)
    assert snapshot.todo.ready_at == ready_at


@pytest.mark.parametrize(
    "owner",
    [
        OWNER | {"controller": False},
        OWNER | {"kind": "Deployment"},
        OWNER | {"apiVersion": "argoproj.io/v1alpha1"},
    ],
)
def test_other_owners_are_no_run(owner: dict[str, Any]) -> None:
    snapshot = to_snapshot(_raw(owner))
    assert snapshot.run is None


def test_one_that_cannot_be_understood_knows_it_too() -> None:
    snapshot = to_snapshot(_raw(OWNER, spec={"content": 3}))
    assert isinstance(snapshot, UnreadableTodo)
    assert snapshot.run == RUN


def test_one_that_has_ended_says_why_to_its_run() -> None:
    status = {"phase": "Failed", "reason": "JobFailed", "message": "exit code 1", "observedGeneration": 1}
    sight = to_sight(_raw(OWNER, status=status))
    assert isinstance(sight, FinishedTodo)
    assert (sight.run, sight.message) == (RUN, "exit code 1")
    alone = to_sight(_raw(status=status))
    assert isinstance(alone, FinishedTodo)
    assert (alone.run, alone.message) == (None, "")


def test_a_run_that_is_a_step_says_which_in_an_annotation() -> None:
    metadata = _raw(OWNER)["metadata"] | {"annotations": {"todo.myapp.dev/part": "deploy.r1"}}
    assert run_of_run(metadata) == OwnerRun("r", "u", "deploy.r1")
