"""Judging decisions: once each, in order, against the state that they meet."""

from dataclasses import replace

import pytest

from myapp.domain.decision import Answer, DecisionOutcome, DecisionReason
from myapp.domain.judgement import judge_all, without_target
from myapp.domain.situation import Situation
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import active, at, counted, decision, plan, sees, situation, todo

WAIT = todo(wait={"duration": "1h"})


def reasons(answers: tuple[Answer, ...]) -> list[tuple[str, DecisionReason]]:
    """Who was answered how, in the order of judging."""
    return [(answer.decision.id, answer.reason) for answer in answers]


@pytest.mark.parametrize(
    ("looked_at", "reason", "message"),
    [
        pytest.param(
            situation(todo(needs="b"), related=sees({"b": Phase.ACTIVE})),
            DecisionReason.TARGET_NOT_ACTIVE,
            "it has not started: waits for b",
            id="waits for a dependency",
        ),
        pytest.param(
            situation(todo(needs="b")),
            DecisionReason.TARGET_NOT_ACTIVE,
            "it has not started: waits for b: not found in namespace shop",
            id="its dependency does not exist",
        ),
        pytest.param(
            situation(todo(start_time=at(60))),
            DecisionReason.TARGET_NOT_ACTIVE,
            "it has not started: starts at 2026-12-01T08:01:00Z",
            id="before its start time",
        ),
        pytest.param(
            situation(todo(needs="b"), related=sees({"b": Phase.PENDING}, loop=("a", "b", "a"))),
            DecisionReason.TARGET_NOT_ACTIVE,
            "it has not started: waits for itself: a -> b -> a",
            id="member of a loop",
        ),
        pytest.param(
            situation(todo(suspend=True)), DecisionReason.TARGET_SUSPENDED, "it is suspended", id="suspended, pending"
        ),
        pytest.param(
            situation(todo(suspend=True), active(todo()), seconds=10),
            DecisionReason.TARGET_SUSPENDED,
            "it is suspended",
            id="suspended, active",
        ),
        pytest.param(
            situation(WAIT, active(WAIT), seconds=10),
            DecisionReason.NOT_FOR_PEOPLE,
            "it cannot be completed: waits until 2026-12-01T09:00:00Z",
            id="a wait",
        ),
        pytest.param(
            situation(todo(needs="b"), related=sees({"b": Phase.FAILED})),
            DecisionReason.TARGET_FINISHED,
            "it has already ended: Skipped, dependency b is Failed, accepted is Succeeded",
            id="about to be skipped",
        ),
        pytest.param(
            situation(todo(timeout="3s"), active(todo(timeout="3s")), seconds=10),
            DecisionReason.TARGET_FINISHED,
            "it has already ended: Failed, timed out at 2026-12-01T08:00:03Z",
            id="made after the deadline",
        ),
    ],
)
def test_refused(looked_at: Situation, reason: DecisionReason, message: str) -> None:
    """Each reason, with a message that says how things stand; nothing is kept for later."""
    after, answers = judge_all(looked_at, [decision(seconds=5)])

    assert answers == (Answer.refused(decision(), reason, message),)
    assert after == looked_at


def test_a_decision_on_a_todo_of_the_same_name_that_was_replaced() -> None:
    """The uid counts, whatever the state of the new one is."""
    made = decision(target_id="uid-of-before")

    after, answers = judge_all(situation(todo(), active(todo()), seconds=10), [made])

    message = "a has been replaced: its uid is uid-a"
    assert answers == (Answer.refused(made, DecisionReason.TARGET_REPLACED, message),)
    assert after.counted == ()


def test_a_decision_that_is_not_valid_itself() -> None:
    """It is told what is wrong with it, and counts for nothing."""
    made = replace(decision(), problem="spec.action: found 'Explode'")

    after, answers = judge_all(situation(todo(), active(todo()), seconds=10), [made])

    assert answers == (Answer.refused(made, DecisionReason.INVALID_DECISION, "spec.action: found 'Explode'"),)
    assert after.counted == ()


def test_a_decision_about_nothing() -> None:
    """There is no todo of that name; what is wrong with the decision itself comes first."""
    message = "there is no todo a in namespace shop"
    invalid = replace(decision(), problem="bad")

    assert without_target(decision()) == Answer.refused(decision(), DecisionReason.TARGET_NOT_FOUND, message)
    assert without_target(invalid) == Answer.refused(invalid, DecisionReason.INVALID_DECISION, "bad")


def test_counted() -> None:
    """Its uid, who, when and what was said enter the situation, and from it the status."""
    after, answers = judge_all(situation(todo(), active(todo()), seconds=10), [decision()])

    assert answers == (Answer(decision(), DecisionOutcome.COUNTED, DecisionReason.APPLIED, "applied"),)
    assert after.counted == (counted(1, 5),)


def test_the_second_decision_meets_a_todo_that_has_ended() -> None:
    """Both arrive in one reconcile; one counts."""
    after, answers = judge_all(
        situation(todo(), active(todo()), seconds=10), [decision(2, 6, username="bob"), decision(1, 5, username="ann")]
    )

    assert reasons(answers) == [("decision-1", DecisionReason.APPLIED), ("decision-2", DecisionReason.TARGET_FINISHED)]
    assert answers[1].message == "it has already ended: Succeeded, completed by ann"
    assert [made.username for made in after.counted] == ["ann"]


@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_the_order_of_judging_is_by_time_and_then_by_uid(numbers: tuple[int, ...]) -> None:
    """Creation times have whole seconds: the uid makes the order the same on every reconcile."""
    made = [decision(number, {1: 7, 2: 7, 3: 6}[number]) for number in numbers]

    _, answers = judge_all(situation(todo(), active(todo()), seconds=10), made)

    assert [answer.decision.id for answer in answers] == ["decision-3", "decision-1", "decision-2"]


def test_one_refused_decision_does_not_stop_the_next() -> None:
    """A decision on the predecessor is refused, the one on this todo counts."""
    _, answers = judge_all(
        situation(todo(), active(todo()), seconds=10), [decision(1, 4, target_id="uid-of-before"), decision(2, 5)]
    )

    assert reasons(answers) == [("decision-1", DecisionReason.TARGET_REPLACED), ("decision-2", DecisionReason.APPLIED)]


@pytest.mark.parametrize(
    ("made_at", "expected"),
    [
        pytest.param(29, DecisionReason.APPLIED, id="before the deadline"),
        pytest.param(30, DecisionReason.APPLIED, id="on the dot"),
        pytest.param(31, DecisionReason.TARGET_FINISHED, id="after the deadline"),
    ],
)
def test_a_decision_is_in_time_if_it_was_made_in_time(made_at: float, expected: DecisionReason) -> None:
    """The operator was down past the deadline: nobody loses by that, nobody gains."""
    entry = todo(timeout="30s")

    _, answers = judge_all(situation(entry, active(entry), seconds=3600), [decision(seconds=made_at)])

    assert [answer.reason for answer in answers] == [expected]


@pytest.mark.parametrize("made_at", [-60, 0, 5])
def test_without_a_timeout_every_decision_is_in_time(made_at: float) -> None:
    """Even one that was made while the todo was still waiting: it meets the todo as it is now."""
    _, answers = judge_all(situation(todo(), active(todo()), seconds=3600), [decision(seconds=made_at)])

    assert [answer.reason for answer in answers] == [DecisionReason.APPLIED]


def test_a_late_decision_does_not_ride_on_one_that_was_in_time() -> None:
    """The first counts, the second finds that all is over."""
    entry = todo(timeout="30s")

    _, answers = judge_all(situation(entry, active(entry), seconds=3600), [decision(1, 20), decision(2, 40)])

    assert reasons(answers) == [("decision-1", DecisionReason.APPLIED), ("decision-2", DecisionReason.TARGET_FINISHED)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(todo(needs="b", timeout="1s"), DecisionReason.TARGET_NOT_ACTIVE, id="never active"),
        pytest.param(todo(suspend=True, timeout="1s"), DecisionReason.TARGET_SUSPENDED, id="suspended from the first"),
    ],
)
def test_what_has_not_started_has_no_deadline_to_miss(entry: TodoEntry, expected: DecisionReason) -> None:
    """A timeout does not turn the refusal into another."""
    _, answers = judge_all(situation(entry, plan(entry, seconds=3).status, seconds=10), [decision()])

    assert [answer.reason for answer in answers] == [expected]


def test_a_decision_that_was_counted_is_answered_so_again_and_not_counted_again() -> None:
    """The process stopped between writing the target's status and answering the decision."""
    started = active(todo())
    half_done = TodoStatus(phase=Phase.ACTIVE, start_time=started.start_time, decisions=(counted(1, 5),))

    after, answers = judge_all(situation(todo(), half_done, seconds=10), [decision(1, 5), decision(2, 6)])

    assert reasons(answers) == [("decision-1", DecisionReason.APPLIED), ("decision-2", DecisionReason.TARGET_FINISHED)]
    assert after.counted == (counted(1, 5),)


def test_nothing_to_judge() -> None:
    """The situation stays as it is."""
    looked_at = situation(todo(), active(todo()))

    assert judge_all(looked_at, []) == (looked_at, ())
