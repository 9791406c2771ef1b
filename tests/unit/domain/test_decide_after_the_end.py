"""``decide`` on a finished todo: late decisions, edits, deletion."""

from dataclasses import replace
from datetime import datetime

import pytest

from myapp.domain.condition import ConditionType
from myapp.domain.decision import Answer, DecisionReason
from myapp.domain.plan import Plan
from myapp.domain.situation import Related
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import active, at, counted, decision, ended, plan, sees, todo

ENDS = [Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED]


def completed(*, due_time: datetime | None = None, ttl_after_finished: str | None = None) -> TodoStatus:
    """The status of a todo that ann completed 10 seconds after T0."""
    entry = todo(due_time=due_time, ttl_after_finished=ttl_after_finished)
    return plan(entry, active(entry), seconds=10, decisions=[decision(seconds=9)]).status


@pytest.mark.parametrize("phase", ENDS)
def test_nothing_moves_a_finished_todo(phase: Phase) -> None:
    """Not time, a timeout, a late dependency, a loop, a suspension or a person."""
    entry = todo(needs="b", timeout="1s", suspend=True, due_time=at(1), start_time=at(9000))
    status = ended(phase)
    for related in (Related(), sees({"b": Phase.FAILED}), sees({"b": Phase.PENDING}, loop=("a", "b", "a"))):
        made = plan(entry, status, seconds=3600, related=related, decisions=[decision()])
        assert (made.status, made.notices, made.look_again_at, made.delete) == (status, (), None, False)


@pytest.mark.parametrize("phase", ENDS)
def test_a_late_decision_is_told_how_it_ended(phase: Phase) -> None:
    """Refused, never kept."""
    made = plan(todo(), ended(phase), seconds=60, decisions=[decision(1), decision(2)])

    message = f"it has already ended: {phase}, it is over"
    assert made.answers == tuple(
        Answer.refused(decision(number), DecisionReason.TARGET_FINISHED, message) for number in (1, 2)
    )


def test_the_decision_that_ended_it_is_answered_after_a_crash() -> None:
    """The status was written, the answer was not: it is counted, once."""
    status = completed()

    made = plan(todo(), status, seconds=60, decisions=[decision(seconds=9), decision(2, 10)])

    assert [answer.reason for answer in made.answers] == [DecisionReason.APPLIED, DecisionReason.TARGET_FINISHED]
    assert made.status.decisions == (counted(1, 9),)


def test_a_decision_on_the_predecessor_of_a_finished_todo() -> None:
    """It is told that the todo was replaced, not that it has ended."""
    made = plan(todo(), completed(), seconds=60, decisions=[decision(2, target_id="uid-of-before")])

    assert [answer.reason for answer in made.answers] == [DecisionReason.TARGET_REPLACED]


def test_an_edit_is_observed_and_changes_nothing_else() -> None:
    """The generation in the status and in each condition, no time, no message."""
    status = completed()

    again = plan(todo(priority=5, suspend=True, readiness="Complete", generation=2), status, seconds=60).status

    conditions = tuple(replace(entry, observed_generation=2) for entry in status.conditions)
    assert again == replace(status, observed_generation=2, conditions=conditions)


def test_a_finished_todo_does_not_become_late() -> None:
    """Neither by time nor by an edit after its due time."""
    status = completed(due_time=at(60))

    again = plan(todo(due_time=at(60), priority=5, generation=2), status, seconds=90).status

    assert ConditionType.OVERDUE not in {entry.type for entry in again.conditions}


def test_a_todo_that_ended_late_stays_late() -> None:
    """An edit of the due time does not rewrite the past."""
    status = completed(due_time=at(5))

    again = plan(todo(due_time=at(900), generation=2), status, seconds=60).status

    assert [entry.message for entry in again.conditions if entry.type is ConditionType.OVERDUE] == [
        "was due at 2026-12-01T08:00:05Z"
    ]


@pytest.mark.parametrize("seconds", [10, 86_400, 10 * 365 * 86_400])
def test_never_deleted_by_default(seconds: float) -> None:
    """Nobody loses a record that was not asked to go."""
    assert plan(todo(), completed(), seconds=seconds) == Plan(completed())


@pytest.mark.parametrize(("seconds", "delete"), [(10, False), (69.999, False), (70, True), (3600, True)])
def test_deleted_when_its_time_to_live_is_over(seconds: float, delete: bool) -> None:
    """On the dot, counted from the end; until then one looks again just then."""
    entry = todo(ttl_after_finished="1m")

    made = plan(entry, completed(ttl_after_finished="1m"), seconds=seconds)

    assert (made.delete, made.look_again_at) == (delete, None if delete else at(70))


def test_the_end_announces_the_deletion() -> None:
    """The plan that ends a todo already says when to look again."""
    entry = todo(ttl_after_finished="1m")

    made = plan(entry, active(entry), seconds=10, decisions=[decision(seconds=9)])

    assert made.look_again_at == made.status.next_transition_time == at(70)
    assert not made.delete


@pytest.mark.parametrize("seconds", [70, 3600])
def test_not_deleted_while_an_unfinished_todo_depends_on_it(seconds: float) -> None:
    """Else that one would wait for something that does not exist; its end wakes this todo, so no timer is needed."""
    entry = todo(ttl_after_finished="1m")
    status = completed(ttl_after_finished="1m")

    waits = plan(entry, status, seconds=seconds, related=Related(awaited=True))
    goes = plan(entry, status, seconds=seconds, related=Related(awaited=False))

    assert (waits.delete, waits.look_again_at) == (False, None)
    assert goes.delete


def test_an_unfinished_todo_is_not_deleted() -> None:
    """Time to live begins with the end."""
    entry = todo(ttl_after_finished="0s")

    assert not plan(entry, active(entry), seconds=3600).delete


@pytest.mark.parametrize(
    ("edited", "expires"), [pytest.param("5m", at(310), id="longer"), pytest.param(None, None, id="taken away")]
)
def test_editing_the_time_to_live_of_a_finished_todo(edited: str | None, expires: object) -> None:
    """Takes effect at once, and the status announces it."""
    made = plan(todo(ttl_after_finished=edited, generation=2), completed(ttl_after_finished="1m"), seconds=80)

    assert (made.status.next_transition_time, made.look_again_at, made.delete) == (expires, expires, False)
