"""What is different about a todo that is a step of a workflow."""

from dataclasses import replace
from typing import Any

import pytest

from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.owner_run import OwnerRun
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import UNSEEN, active, at, decision, ended, plan, todo

RUN = OwnerRun("release", "uid-release", "a")
ENDING = Related(ended_by_run="workflow release is being cancelled")


def _step(**spec: Any) -> TodoEntry:  # noqa: ANN401 - the fields of a spec
    return todo("release.a", run=RUN, **spec)


@pytest.mark.parametrize("spec", [{}, {"approval": {}}, {"wait": {"duration": "1h"}}, {"suspend": True}])
def test_it_is_cancelled_with_its_workflow_wherever_it_stands(spec: dict[str, Any]) -> None:
    entry = _step(**spec)
    for before in (UNSEEN, plan(entry).status):
        status = plan(entry, before, seconds=1, related=ENDING).status
        assert (status.phase, status.reason) == (Phase.CANCELLED, Reason.WORKFLOW_CANCELLED)
        assert status.message == "workflow release is being cancelled"


def test_what_has_ended_before_stays_as_it_is() -> None:
    before = ended(Phase.SUCCEEDED)
    assert plan(_step(), before, seconds=1, related=ENDING).status.phase is Phase.SUCCEEDED


def test_a_decision_comes_too_late_then() -> None:
    entry = _step()
    made = plan(entry, active(entry), seconds=1, related=ENDING, decisions=[decision(target="release.a")])
    assert [answer.reason for answer in made.answers] == [DecisionReason.TARGET_FINISHED]


def test_it_cannot_be_retried_by_itself() -> None:
    """The run has gone on without it; a Retry of the run creates another todo in its place."""
    made = plan(
        _step(), ended(Phase.FAILED, Reason.TIMED_OUT), decisions=[decision(target="release.a", action="Retry")]
    )
    [answer] = made.answers
    assert (answer.outcome, answer.reason) == (DecisionOutcome.REFUSED, DecisionReason.NOT_FOR_PEOPLE)
    assert answer.message == "it is a step of workflow release: retry that one"


def test_a_wait_is_not_written_before_its_end() -> None:
    """When it began follows from its creation, in whichever process one looks."""
    entry = _step(wait={"duration": "10s"})
    for seconds in (0, 3):
        early = plan(entry, seconds=seconds)
        assert (early.status, early.look_again_at) == (UNSEEN, at(10))
    status = plan(entry, seconds=12).status
    assert (status.phase, status.start_time) == (Phase.SUCCEEDED, at(0))


@pytest.mark.parametrize("spec", [{}, {"timeout": "1m"}])
def test_a_wait_is_never_shorter_than_it_says(spec: dict[str, Any]) -> None:
    """It counts from when the step was ready, which the second of its creation does not tell."""
    entry = replace(_step(wait={"duration": "1s"}, **spec), ready_at=at(0.8))
    early = plan(entry, seconds=1.7)
    assert not early.status.phase.final
    assert early.look_again_at == at(1.8)
    status = plan(entry, early.status, seconds=1.8).status
    assert (status.phase, status.start_time, status.completion_time) == (Phase.SUCCEEDED, at(0.8), at(1.8))


@pytest.mark.parametrize(
    "spec",
    [
        {"timeout": "1m"},
        {"due_time": at(5)},
        {"suspend": True},
        {"start_time": at(5)},
    ],
)
def test_a_wait_with_more_to_be_seen_is_written(spec: dict[str, Any]) -> None:
    assert plan(_step(wait={"duration": "10s"}, **spec)).status != UNSEEN


def test_a_wait_about_which_people_decided_is_written() -> None:
    entry = _step(wait={"duration": "10s"})
    held = plan(entry, seconds=1, decisions=[decision(target="release.a", action="Suspend", seconds=1)])
    assert held.status.reason is Reason.SUSPENDED
    resume = decision(2, target="release.a", action="Resume", seconds=4)
    gone_on = plan(entry, held.status, seconds=4, decisions=[resume])
    assert gone_on.status.phase is Phase.ACTIVE
    assert plan(entry, gone_on.status, seconds=14).status.phase is Phase.SUCCEEDED


def test_a_wait_that_stands_by_itself_is_written() -> None:
    assert plan(todo(wait={"duration": "10s"})).status != TodoStatus()
