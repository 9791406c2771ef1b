"""What is remembered of runs and their children, and who is to look again."""

from dataclasses import replace
from typing import Any

import pytest

from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSnapshot
from myapp.domain.decision import CancelMode
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.children import ChildState
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from tests.fakes.clock import START
from tests.unit.domain.workflow.builders import definition, step

KEY = TodoKey("shop", "r")
STEPS = (StepStatus("a"), StepStatus("z", in_finally=True))
DONE = ChildState("r.a", Phase.SUCCEEDED)
OPEN = ChildState("r.a", Phase.ACTIVE)


def _run(version: int = 5, *, uid: str = "uid-r", name: str = "r", **status: Any) -> RunSnapshot:  # noqa: ANN401 - its fields
    entry = RunEntry(uid, TodoKey("shop", name), START, 1, definition=definition(step("a")))
    return RunSnapshot(entry, replace(RunStatus(phase=Phase.ACTIVE, steps=STEPS), **status), str(version))


def _owner(part: str = "a", uid: str = "uid-r") -> OwnerRun:
    return OwnerRun("r", uid, part)


def test_older_versions_and_deleted_objects_are_no_news() -> None:
    registry = RunRegistry()
    assert registry.observe(_run(5))
    assert not registry.observe(_run(4))
    assert registry.knows(KEY, "uid-r", "5")
    registry.forget(KEY, "uid-r")
    assert not registry.observe(_run(9))
    assert registry.observe(_run(10, uid="uid-next"))


def test_a_run_is_woken_by_ends_and_by_waiting_for_people_alone() -> None:
    registry = RunRegistry()
    waiting = replace(OPEN, waits_for_people=True)
    steps = [(OPEN, None), (OPEN, None), (waiting, KEY), (waiting, None), (OPEN, KEY), (DONE, KEY), (DONE, None)]
    for child, woken in steps:
        assert registry.child_seen("shop", _owner(), child) == woken


def test_children_may_be_seen_before_their_run() -> None:
    registry = RunRegistry()
    registry.child_seen("shop", _owner(), DONE)
    registry.observe(_run())
    assert registry.children_of("uid-r")["a"].child() == DONE
    assert registry.children_of("another") == {}


def test_children_of_a_run_that_is_gone_are_not_kept() -> None:
    registry = RunRegistry()
    registry.observe(_run())
    registry.child_seen("shop", _owner(), OPEN)
    registry.forget(KEY, "uid-r")
    assert registry.child_seen("shop", _owner(), DONE) is None
    assert registry.children_of("uid-r") == {}
    assert registry.owner_named(TodoKey("shop", "r.a")) is None


def test_what_is_no_part_of_a_run_is_left_alone() -> None:
    registry = RunRegistry()
    assert registry.child_seen("shop", _owner(""), DONE) is None
    assert registry.child_gone(_owner("a"), "r.a") is None


def test_a_todo_that_is_gone_is_known_by_its_name() -> None:
    registry = RunRegistry()
    registry.child_seen("shop", _owner("a.3"), OPEN)
    owner = registry.owner_named(TodoKey("shop", "r.a.3"))
    assert owner == _owner("a.3")
    assert registry.child_gone(owner, "r.a.other") is None
    assert registry.child_gone(owner, OPEN.name) == KEY
    assert registry.child_gone(owner, OPEN.name) is None
    assert registry.owner_named(TodoKey("shop", "other.a")) is None
    assert registry.owner_named(TodoKey("other", "r.a")) is None


@pytest.mark.parametrize(
    ("status", "ended", "finally_ended"),
    [
        ({}, False, False),
        ({"cancel_mode": CancelMode.STOP}, False, False),
        ({"cancel_mode": CancelMode.RUN_FINALLY}, True, False),
        ({"cancel_mode": CancelMode.TERMINATE}, True, True),
        ({"timed_out_at": START}, True, False),
        ({"phase": Phase.FAILED, "reason": RunReason.DEFINITION_LOST}, True, True),
    ],
)
def test_what_a_run_ends(status: dict[str, Any], *, ended: bool, finally_ended: bool) -> None:
    registry = RunRegistry()
    registry.observe(_run(**status))
    found = {name: registry.ending_of("shop", _owner(name)) for name in ("a", "z")}
    ends = {name: ending is not None and ending.ends_todos for name, ending in found.items()}
    assert ends == {"a": ended, "z": finally_ended}
    assert (found["a"] is not None) is (ended or "cancel_mode" in status)  # of a run within Stop is the end too
    assert registry.ending_of("shop", _owner("a", uid="another")) is None
    assert registry.ending_of("shop", None) is None


def test_open_children_are_those_that_are_to_be_ended() -> None:
    registry = RunRegistry()
    registry.child_seen("shop", _owner("a.0"), replace(DONE, name="r.a.0"))
    registry.child_seen("shop", _owner("a.1"), replace(OPEN, name="r.a.1"))
    assert registry.open_children("uid-r") == ["r.a.1"]
    assert registry.open_children("another") == []


def test_runs_that_a_template_may_heal() -> None:
    registry = RunRegistry()
    registry.observe(_run(name="r", phase=Phase.PENDING, reason=RunReason.TEMPLATE_NOT_FOUND))
    registry.observe(_run(6, name="s", uid="uid-s", phase=Phase.PENDING, reason=RunReason.INVALID_DEFINITION))
    registry.observe(_run(7, name="t", uid="uid-t", phase=Phase.PENDING, reason=RunReason.SUSPENDED))
    registry.observe(_run(8, name="u", uid="uid-u"))
    registry.observe(_run(9, name="v", uid="uid-v", phase=Phase.PENDING))
    assert registry.waiting_for_templates("shop") == [KEY, TodoKey("shop", "s"), TodoKey("shop", "v")]
    assert registry.waiting_for_templates("other") == []
