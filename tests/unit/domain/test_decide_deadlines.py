"""``decide`` over time: deadlines, due times, suspensions, and decisions that were made in time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from myapp.domain.condition import Condition, ConditionType
from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import active, at, decision, plan, sees, todo


def standing_of(status: TodoStatus) -> tuple[Phase, Reason | None, str]:
    """What kubectl shows."""
    return status.phase, status.reason, status.message


def condition(status: TodoStatus, kind: ConditionType) -> Condition | None:
    """The condition of that type, if there is one."""
    return next((entry for entry in status.conditions if entry.type is kind), None)


def test_suspending_and_resuming_an_active_todo() -> None:
    """It stays active, observes the edit, refuses decisions, cannot time out, and has its full time afterwards."""
    entry, suspended = todo(timeout="30s"), todo(timeout="30s", suspend=True, generation=2)
    resumed = todo(timeout="30s", generation=3)

    stopped = plan(suspended, active(entry), seconds=20).status
    later = plan(suspended, stopped, seconds=500, decisions=[decision(seconds=400)])
    running = plan(resumed, later.status, seconds=520).status

    assert standing_of(stopped) == (Phase.ACTIVE, Reason.SUSPENDED, "suspended by spec.suspend")
    assert (stopped.observed_generation, stopped.deadline, stopped.next_transition_time) == (2, None, None)
    assert (later.status, [answer.reason for answer in later.answers]) == (stopped, [DecisionReason.TARGET_SUSPENDED])
    assert (running.reason, running.deadline) == (Reason.AWAITING_DECISION, at(530))
    assert plan(resumed, running, seconds=529.999).status.phase is Phase.ACTIVE
    assert plan(resumed, running, seconds=530).status.phase is Phase.FAILED


def test_an_end_keeps_how_long_it_was_suspended() -> None:
    """A fact about the past, for whoever reads the status later."""
    entry, suspended = todo(), todo(suspend=True, generation=2)
    stopped = plan(suspended, active(entry), seconds=10).status
    running = plan(todo(generation=3), stopped, seconds=30).status

    status = plan(todo(generation=3), running, seconds=40, decisions=[decision(seconds=35)]).status

    assert (status.phase, status.suspended_for) == (Phase.SUCCEEDED, timedelta(seconds=20))
    assert (status.suspend_time, status.deadline) == (None, None)


def test_a_decision_made_in_time_counts_although_the_operator_was_down_past_the_deadline() -> None:
    """The person did not miss the deadline; the operator did."""
    entry = todo(timeout="30s")

    made = plan(entry, active(entry), seconds=3600, decisions=[decision(seconds=29)])

    assert standing_of(made.status) == (Phase.SUCCEEDED, Reason.COMPLETED, "completed by ann")
    assert [answer.outcome for answer in made.answers] == [DecisionOutcome.COUNTED]


def test_a_decision_made_after_the_deadline_finds_the_todo_timed_out() -> None:
    """Although its status says Active still."""
    entry = todo(timeout="30s")

    made = plan(entry, active(entry), seconds=3600, decisions=[decision(seconds=31)])

    assert standing_of(made.status) == (Phase.FAILED, Reason.TIMED_OUT, "timed out at 2026-12-01T08:00:30Z")
    assert [answer.reason for answer in made.answers] == [DecisionReason.TARGET_FINISHED]
    assert made.status.decisions == ()


@pytest.mark.parametrize(("edited", "phase"), [("2m", Phase.ACTIVE), (None, Phase.ACTIVE), ("5s", Phase.FAILED)])
def test_editing_the_timeout_of_an_active_todo(edited: str | None, phase: Phase) -> None:
    """Takes effect at once, for better or worse."""
    started = active(todo(timeout="1m"))

    assert plan(todo(timeout=edited, generation=2), started, seconds=30).status.phase is phase


@pytest.mark.parametrize("readiness", ["Accepted", "Complete"])
def test_overdue_from_the_due_time_on_and_for_ever(readiness: str) -> None:
    """Announced, reported, kept after the end; late is not failed."""
    entry = todo(due_time=at(10), readiness=readiness)

    in_time = plan(entry)
    late = plan(entry, in_time.status, seconds=10)
    done = plan(entry, late.status, seconds=20, decisions=[decision(seconds=15)])

    assert in_time.look_again_at == at(10)
    assert condition(in_time.status, ConditionType.OVERDUE) is None
    expected = Condition(ConditionType.OVERDUE, True, "DueTimePassed", "was due at 2026-12-01T08:00:10Z", at(10), 1)
    assert condition(late.status, ConditionType.OVERDUE) == expected
    assert (late.status.phase, late.look_again_at) == (Phase.ACTIVE, None)
    assert condition(done.status, ConditionType.OVERDUE) == expected
    assert done.status.phase is Phase.SUCCEEDED


@pytest.mark.statement("A14")
def test_a_suspension_does_not_move_the_due_time() -> None:
    """It is calendar time; the deadline moves."""
    entry = todo(due_time=at(50), timeout="1m")
    held = plan(replace(entry, suspend=True), active(entry), seconds=10).status

    late = plan(replace(entry, suspend=True), held, seconds=50).status
    goes_on = plan(entry, late, seconds=60).status

    overdue = condition(late, ConditionType.OVERDUE)
    assert overdue is not None
    assert overdue.last_transition_time == at(50)
    assert goes_on.deadline == at(110)


def test_the_due_time_of_a_todo_that_waits_is_announced_as_well() -> None:
    """A todo may be late without ever having started, suspended or not."""
    waiting = plan(todo(needs="b", due_time=at(10)), related=sees({"b": Phase.ACTIVE}))
    suspended = plan(todo(suspend=True, due_time=at(10)))

    assert waiting.look_again_at == suspended.look_again_at == at(10)


def test_a_due_time_moved_into_the_future_is_no_longer_missed() -> None:
    """The condition goes away."""
    late = plan(todo(due_time=at(10)), seconds=10).status

    assert condition(plan(todo(due_time=at(60), generation=2), late, seconds=20).status, ConditionType.OVERDUE) is None


def test_looks_again_at_whatever_comes_first() -> None:
    """The start time, the end of a wait, the deadline or the due time."""
    entry = todo(due_time=at(20), timeout="30s", wait={"duration": "40s"})

    assert plan(entry).look_again_at == at(20)
    assert plan(entry, active(entry), seconds=20).look_again_at == at(30)
    assert plan(todo(start_time=at(5), due_time=at(20))).look_again_at == at(5)


def test_the_time_is_cut_to_what_a_status_can_record() -> None:
    """A status that is written and read again is the same."""
    status = plan(todo(timeout="1m"), seconds=0.123456).status

    assert status.start_time == at(0.123)
    assert status.deadline == at(60.123)
