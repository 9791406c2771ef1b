"""The decision ``Retry``: what it starts anew, and what it says where it does not."""

from dataclasses import replace

import pytest

from myapp.domain.condition import ConditionType
from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.effect import Withdrawn
from myapp.domain.retry import MOST_ATTEMPTS
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.fakes.effects import Errand
from tests.unit.domain.builders import active, at, decision, ended, plan, sees, todo

RETRY = decision(1, 100, action="Retry")


def failed(entry: TodoEntry) -> TodoStatus:
    """The status after the timeout of a minute."""
    status = plan(entry, active(entry), seconds=60).status
    assert status.phase is Phase.FAILED
    return status


@pytest.mark.statement("D1", "D3")
def test_it_begins_anew_with_one_attempt_more() -> None:
    """In one write: Active, attempt 2, with a deadline of its own; the first is kept in the record."""
    entry = todo(timeout="1m")

    made = plan(entry, failed(entry), seconds=100, decisions=[RETRY])

    [answer] = made.answers
    assert (answer.outcome, answer.message) == (DecisionOutcome.COUNTED, "attempt 2 begins")
    status = made.status
    assert (status.phase, status.reason, status.attempt) == (Phase.ACTIVE, Reason.AWAITING_DECISION, 2)
    assert (status.start_time, status.attempt_start_time, status.deadline) == (at(0), at(100), at(160))
    assert (status.completion_time, [one.attempt for one in status.attempts]) == (None, [1])
    assert {entry.type for entry in status.conditions if entry.status} == {ConditionType.READY}
    over = plan(entry, status, seconds=160).status
    assert (over.phase, over.attempt) == (Phase.FAILED, 2)


def test_it_is_counted_once() -> None:
    """The answer was lost: it is told again, and no third attempt begins."""
    entry = todo(timeout="1m")
    once = plan(entry, failed(entry), seconds=100, decisions=[RETRY]).status

    twice = plan(entry, once, seconds=101, decisions=[RETRY])
    late = plan(entry, plan(entry, once, seconds=160).status, seconds=161, decisions=[RETRY])

    assert twice.status == once
    assert (late.status.phase, late.status.attempt) == (Phase.FAILED, 2)
    assert {answer.outcome for answer in (*twice.answers, *late.answers)} == {DecisionOutcome.COUNTED}


def test_the_second_of_two_finds_it_active() -> None:
    """And what comes with it is judged in the attempt that began."""
    entry = todo(timeout="1m")
    more = [decision(2, 101, action="Retry", username="bob"), decision(3, 102)]

    made = plan(entry, failed(entry), seconds=110, decisions=[RETRY, *more])

    assert [answer.reason for answer in made.answers] == [
        DecisionReason.APPLIED,
        DecisionReason.NOT_FAILED,
        DecisionReason.TARGET_NOT_ACTIVE,
    ]


@pytest.mark.statement("D2")
def test_it_uses_what_the_policy_has_left() -> None:
    """An attempt that a person asked for may be followed by those that the policy still allows, and no more."""
    entry = todo(timeout="1m", retry={"max_attempts": 3, "on": ["Timeout"]})
    status = plan(entry, replace(failed(todo(timeout="1m"))), seconds=100, decisions=[RETRY]).status

    second = plan(entry, status, seconds=160).status

    assert (second.reason, second.attempt) == (Reason.BACKING_OFF, 2)


def test_what_could_end_at_once_is_active_first() -> None:
    """Nothing leads from one end to another."""
    entry = todo(timeout="1m", wait={"until": at(90)})

    made = plan(entry, failed(entry), seconds=100, decisions=[RETRY])

    assert (made.status.phase, made.look_again_at) == (Phase.ACTIVE, at(100))
    assert plan(entry, made.status, seconds=100).status.phase is Phase.SUCCEEDED


def test_it_waits_until_the_failed_attempt_is_withdrawn() -> None:
    """As any attempt does."""
    entry = replace(todo(timeout="1m"), action=Errand())
    waits = plan(entry, failed(entry), seconds=100, decisions=[RETRY])
    assert (waits.status.attempt, waits.status.reason) == (1, Reason.BACKING_OFF)
    assert waits.effect is not None
    assert waits.effect.withdraw

    assert plan(entry, waits.status, seconds=101, news=Withdrawn()).status.attempt == 2


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.SKIPPED, Phase.CANCELLED])
@pytest.mark.statement("D4")
def test_what_has_not_failed_stays_as_it_is(phase: Phase) -> None:
    """And says how it ended."""
    made = plan(todo(), ended(phase), seconds=100, decisions=[RETRY])

    assert (made.status.phase, made.answers[0].reason) == (phase, DecisionReason.NOT_FAILED)
    assert made.answers[0].message == f"it has not failed: {phase}, it is over"


def test_what_has_not_ended_cannot_be_tried_again() -> None:
    """Not even where its deadline has passed and nobody has looked."""
    entry = todo(timeout="1m")

    early = plan(entry, active(entry), seconds=30, decisions=[RETRY])
    unseen = plan(entry, active(entry), seconds=90, decisions=[RETRY])

    assert early.answers[0].message == "it has not failed: Active, waits for a person to complete it"
    assert (early.answers[0].reason, unseen.answers[0].reason) == (DecisionReason.NOT_FAILED,) * 2
    assert unseen.status.phase is Phase.FAILED


@pytest.mark.parametrize("reason", [Reason.REJECTED, Reason.TIMED_OUT])
@pytest.mark.statement("A3", "D5")
def test_an_approval_is_asked_anew_by_a_new_todo(reason: Reason) -> None:
    """Else who was refused could ask until somebody gives in."""
    made = plan(todo(approval={}), ended(Phase.FAILED, reason), seconds=100, decisions=[RETRY])

    assert (made.status.phase, made.answers[0].reason) == (Phase.FAILED, DecisionReason.NOT_FOR_PEOPLE)


@pytest.mark.statement("D6")
def test_a_suspended_todo_has_to_go_on_first() -> None:
    """It says by what it is suspended."""
    made = plan(todo(suspend=True), ended(Phase.FAILED), seconds=100, decisions=[RETRY])

    assert made.answers[0].reason is DecisionReason.TARGET_SUSPENDED
    assert "spec.suspend" in made.answers[0].message


def test_a_todo_whose_time_to_live_is_over_goes() -> None:
    """Unless another one still waits for it."""
    entry = todo(ttl_after_finished="10s")

    goes = plan(entry, ended(Phase.FAILED), seconds=100, decisions=[RETRY])
    stays = plan(entry, ended(Phase.FAILED), seconds=100, decisions=[RETRY], related=Related(awaited=True))

    assert (goes.answers[0].reason, goes.delete) == (DecisionReason.TARGET_TERMINATING, True)
    assert (stays.status.phase, stays.delete) == (Phase.ACTIVE, False)


@pytest.mark.statement("D6")
def test_attempts_are_bounded() -> None:
    """By what the CRD can count."""
    made = plan(todo(), replace(ended(Phase.FAILED), attempt=MOST_ATTEMPTS), seconds=100, decisions=[RETRY])

    assert made.answers[0].message == "it has had 1000 attempts, which is the most"


@pytest.mark.statement("O14")
def test_what_the_failed_attempt_had_to_say_is_taken_away() -> None:
    """The new one says its own."""
    entry = todo(timeout="1m")
    before = replace(failed(entry), outputs={"digest": "x"})

    assert plan(entry, before, seconds=100, decisions=[RETRY]).status.outputs == {}


@pytest.mark.statement("D8")
@pytest.mark.parametrize(
    ("dependent", "before"),
    [
        (todo("after", needs={"a": ["Failed", "Succeeded"], "b": ["Succeeded"]}), Phase.FAILED),
        (todo("after", needs=("a", "b"), suspend=True), Phase.FAILED),
    ],
)
def test_who_has_not_ended_waits_for_the_new_attempt(dependent: TodoEntry, before: Phase) -> None:
    """Because of something else that it waits for; all others have ended with the failure."""
    waits = plan(dependent, related=sees({"a": before, "b": Phase.ACTIVE})).status
    assert waits.phase is Phase.PENDING

    again = plan(
        replace(dependent, suspend=False), waits, related=sees({"a": Phase.ACTIVE, "b": Phase.SUCCEEDED})
    ).status
    over = plan(
        replace(dependent, suspend=False), again, related=sees({"a": Phase.SUCCEEDED, "b": Phase.SUCCEEDED})
    ).status

    assert (again.phase, again.reason) == (Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY)
    assert over.phase is Phase.ACTIVE
    assert plan(todo("after", needs="a"), related=sees({"a": Phase.FAILED})).status.phase is Phase.SKIPPED
