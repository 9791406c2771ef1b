"""``decide_unreadable``: an object whose spec cannot be understood is refused until somebody changes it."""

from dataclasses import replace

import pytest

from myapp.domain.condition import ConditionType
from myapp.domain.decide import decide_unreadable
from myapp.domain.decision import Answer, DecisionOutcome, DecisionReason
from myapp.domain.message import LONGEST_MESSAGE
from myapp.domain.plan import Notice, Plan
from myapp.domain.todo_phase import Phase, Reason
from tests.unit.domain.builders import UNSEEN, active, at, decision, ended, plan, todo
from tests.unit.domain.kstatus import KStatus, kstatus

PROBLEM = "spec.timeout: found '3 days', allowed is 72h"


def test_says_what_is_wrong() -> None:
    """Phase as before, reason InvalidSpec, Stalled, one notice."""
    made = decide_unreadable(UNSEEN, 4, PROBLEM, (), at(0))

    status = made.status
    assert (status.phase, status.reason, status.message) == (Phase.PENDING, Reason.INVALID_SPEC, PROBLEM)
    assert status.observed_generation == 4
    assert kstatus(4, 4, status.conditions) is KStatus.FAILED
    assert made.notices == (Notice("InvalidSpec", PROBLEM),)
    assert made.look_again_at is None


def test_says_it_once() -> None:
    """The same object leads to the same status, and to no second notice."""
    first = decide_unreadable(UNSEEN, 4, PROBLEM, (), at(0)).status

    assert decide_unreadable(first, 4, PROBLEM, (), at(60)) == Plan(first)


def test_an_active_todo_keeps_what_it_has() -> None:
    """Its start, its attempt and its phase; it goes on when the object is mended."""
    entry = todo(timeout="1m")
    started = active(entry)

    refused = decide_unreadable(started, 2, PROBLEM, (), at(10)).status
    mended = plan(todo(timeout="1m", generation=3), refused, seconds=20).status

    assert (refused.phase, refused.attempt, refused.start_time) == (Phase.ACTIVE, 1, at(0))
    assert refused.next_transition_time is None
    assert (mended.phase, mended.reason, mended.deadline) == (Phase.ACTIVE, Reason.AWAITING_DECISION, at(60))
    assert kstatus(3, 3, mended.conditions) is KStatus.CURRENT


def test_who_was_late_stays_late() -> None:
    """The due time cannot be read any more, what was seen of it stays."""
    late = plan(todo(due_time=at(5)), seconds=10).status

    status = decide_unreadable(late, 2, PROBLEM, (), at(20)).status

    assert ConditionType.OVERDUE in {condition.type for condition in status.conditions}


def test_decisions_are_refused() -> None:
    """Whoever decides is told that the todo is not valid."""
    made = decide_unreadable(active(todo()), 2, PROBLEM, [decision()], at(10))

    message = f"it is not valid: {PROBLEM}"
    assert made.answers == (Answer.refused(decision(), DecisionReason.TARGET_NOT_ACTIVE, message),)
    assert made.status.decisions == ()


def test_a_decision_that_is_not_valid_either_is_told_so() -> None:
    """What is wrong with the decision is what its author can mend."""
    made = replace(decision(), problem="bad")

    answers = decide_unreadable(active(todo()), 2, PROBLEM, [made], at(10)).answers

    assert answers == (Answer.refused(made, DecisionReason.INVALID_DECISION, "bad"),)


def test_a_decision_that_was_counted_is_answered_so() -> None:
    """The answer was not written before the object was broken by an edit; the status that counts it was."""
    status = plan(todo(), active(todo()), seconds=10, decisions=[decision()]).status

    answers = decide_unreadable(status, 2, PROBLEM, [decision()], at(20)).answers

    assert [answer.outcome for answer in answers] == [DecisionOutcome.COUNTED]


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED])
def test_what_has_ended_only_observes_the_edit(phase: Phase) -> None:
    """Else kstatus would show a finished todo as in progress for ever."""
    status = ended(phase)

    made = decide_unreadable(status, 2, PROBLEM, (), at(60))

    assert made == Plan(replace(status, observed_generation=2))


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED])
def test_a_decision_on_what_has_ended_is_told_how_it_ended(phase: Phase) -> None:
    """That its spec is broken now does not matter any more."""
    answers = decide_unreadable(ended(phase), 2, PROBLEM, [decision()], at(60)).answers

    assert [answer.reason for answer in answers] == [DecisionReason.TARGET_FINISHED]


def test_a_long_problem_fits_into_the_status() -> None:
    """Validators can be talkative."""
    status = decide_unreadable(UNSEEN, 1, "x" * 9000, (), at(0)).status

    assert {len(status.message), *(len(condition.message) for condition in status.conditions)} <= {0, LONGEST_MESSAGE}
