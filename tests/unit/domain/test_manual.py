"""The manual action."""

from datetime import timedelta

import pytest

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.actions.manual import Manual
from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.todo_phase import Phase, Reason
from tests.unit.domain.builders import T0, at, counted


def view(*decisions: CountedDecision, assignees: tuple[str, ...] = ()) -> ActiveView:
    """Active since T0, looked at 1000 days later."""
    return ActiveView(T0, timedelta(), decisions, assignees, "", T0 + timedelta(days=1000))


@pytest.mark.parametrize(
    ("assignees", "message"),
    [
        ((), "waits for a person to complete it"),
        (("ann",), "waits for ann to complete it"),
        (("ann", "group sre"), "waits for ann or group sre to complete it"),
    ],
)
def test_waits_for_as_long_as_it_takes(assignees: tuple[str, ...], message: str) -> None:
    """No time makes it look again; the message names whose turn it is."""
    assert Manual().progress(view(assignees=assignees)) == Ongoing(Reason.AWAITING_DECISION, message, None)


def test_the_first_complete_ends_it() -> None:
    """It ends when the person said so, not when the operator heard of it."""
    progress = Manual().progress(view(counted(1, 5, username="ann"), counted(2, 6, username="bob")))

    assert progress == Ended(Phase.SUCCEEDED, Reason.COMPLETED, "completed by ann", at(5))


def test_a_person_may_complete_it() -> None:
    """Or claim it first, and be named as the one who is waited for; or skip it."""
    claim = CountedDecision("c", DecisionAction.CLAIM, "bob", at(1))

    assert Manual().accepts == {DecisionAction.CLAIM, DecisionAction.RELEASE, DecisionAction.COMPLETE}
    assert Manual().may_be_skipped
    assert Manual().progress(view(claim, assignees=("ann",))) == Ongoing(
        Reason.AWAITING_DECISION, "waits for bob to complete it", None
    )
