"""The wait action."""

from datetime import timedelta

import pytest

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.actions.wait import Wait
from myapp.domain.todo_phase import Phase, Reason
from tests.unit.domain.builders import at, counted

TEN_SECONDS = Wait(duration=timedelta(seconds=10))
UNTIL_TEN = Wait(until=at(10))


def view(seconds: float, *, since: float = 0, suspended: float = 0) -> ActiveView:
    """Active since so many seconds after T0; somebody's decision is there and changes nothing."""
    return ActiveView(at(since), timedelta(seconds=suspended), (counted(),), (), "", at(seconds))


@pytest.mark.parametrize(
    ("wait", "looked_at", "over_at"),
    [
        pytest.param(TEN_SECONDS, view(0), 10, id="duration, at once"),
        pytest.param(TEN_SECONDS, view(9.999), 10, id="duration, just before"),
        pytest.param(TEN_SECONDS, view(12, since=5), 15, id="duration counts from becoming active"),
        pytest.param(TEN_SECONDS, view(12, suspended=5), 15, id="duration stands still while suspended"),
        pytest.param(UNTIL_TEN, view(9.999), 10, id="until, just before"),
        pytest.param(UNTIL_TEN, view(8, since=7), 10, id="until does not depend on when it became active"),
    ],
)
def test_goes_on(wait: Wait, looked_at: ActiveView, over_at: float) -> None:
    """It says until when, and asks to be looked at just then."""
    message = f"waits until {at(over_at).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    assert wait.progress(looked_at) == Ongoing(Reason.WAITING, message, at(over_at))


@pytest.mark.parametrize(
    ("wait", "looked_at", "message", "ended_at"),
    [
        pytest.param(TEN_SECONDS, view(10), "waited 10s", 10, id="duration, on the dot"),
        pytest.param(TEN_SECONDS, view(500), "waited 10s", 10, id="duration, looked at late"),
        pytest.param(Wait(duration=timedelta()), view(3, since=3), "waited 0s", 3, id="zero is over at once"),
        pytest.param(UNTIL_TEN, view(10), "the time has come", 10, id="until, on the dot"),
        pytest.param(TEN_SECONDS, view(15, suspended=5), "waited 10s", 15, id="duration, after a suspension"),
        pytest.param(UNTIL_TEN, view(10, suspended=5), "the time has come", 10, id="until is a time of the calendar"),
        pytest.param(UNTIL_TEN, view(500), "the time has come", 10, id="until, looked at late"),
        pytest.param(
            UNTIL_TEN, view(30, since=20), "the time has come", 20, id="until has passed before it was active"
        ),
    ],
)
def test_is_over(wait: Wait, looked_at: ActiveView, message: str, ended_at: float) -> None:
    """It ended when its time came, however late one looks, but not before it was active."""
    assert wait.progress(looked_at) == Ended(Phase.SUCCEEDED, Reason.COMPLETED, message, at(ended_at))


def test_nobody_can_hurry_it() -> None:
    """No decision is accepted."""
    assert TEN_SECONDS.accepts == frozenset()
