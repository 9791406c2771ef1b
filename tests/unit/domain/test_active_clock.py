"""How the timeout's clock runs and stands still."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.active_clock import ActiveClock
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import T0, active, at, plan, todo

MINUTE = timedelta(minutes=1)


def test_strikes_after_the_timeout() -> None:
    """Counted from becoming active; never without a timeout."""
    assert ActiveClock(T0).strikes_at(MINUTE) == at(60)
    assert ActiveClock(T0).strikes_at(None) is None


def test_does_not_strike_while_standing_still() -> None:
    """A suspended todo cannot time out."""
    assert ActiveClock(T0).stopped(at(10)).strikes_at(MINUTE) is None


def test_time_spent_standing_still_does_not_count() -> None:
    """20 seconds of suspension move the deadline by 20 seconds; two suspensions add up."""
    once = ActiveClock(T0).stopped(at(10)).running(at(30))
    twice = once.stopped(at(40)).running(at(45))

    assert once.strikes_at(MINUTE) == at(80)
    assert twice.strikes_at(MINUTE) == at(85)


def test_stopping_twice_does_not_forget_since_when() -> None:
    """A reconcile in the middle of a suspension changes nothing."""
    assert ActiveClock(T0).stopped(at(10)).stopped(at(20)) == ActiveClock(T0).stopped(at(10))


def test_running_on_changes_nothing() -> None:
    """Nothing is added where it did not stand still."""
    assert ActiveClock(T0).running(at(20)) == ActiveClock(T0)


def test_a_clock_set_back_takes_nothing_away() -> None:
    """The machine's time may jump to before the suspension began."""
    assert ActiveClock(T0).stopped(at(30)).running(at(10)).strikes_at(MINUTE) == at(60)


def test_starts_now_where_the_todo_has_not_been_active() -> None:
    """Waiting for a dependency uses up nothing."""
    assert ActiveClock.of(TodoStatus(), at(500)) == ActiveClock(at(500))


@given(st.lists(st.integers(min_value=0, max_value=100), max_size=8), st.integers(min_value=0, max_value=1000))
def test_the_deadline_is_the_start_plus_the_timeout_plus_all_suspensions(spells: list[int], timeout: int) -> None:
    """Alternately running and standing still; what is recorded in between is enough to go on."""
    clock, now, still = ActiveClock(T0), 0, 0
    for index, spell in enumerate(spells):
        if index % 2:
            clock = clock.stopped(at(now))
            clock = ActiveClock(clock.started_at, clock.still_since, clock.stood_still)
            clock = clock.running(at(now + spell))
            still += spell
        now += spell

    assert clock.strikes_at(timedelta(seconds=timeout)) == at(timeout + still)


def test_a_status_records_the_clock() -> None:
    """Suspend and resume an active todo: status carries all that the deadline follows from."""
    entry, suspended = todo(timeout="1m"), todo(timeout="1m", suspend=True, generation=2)

    running = active(entry)
    stopped = plan(suspended, running, seconds=10).status
    resumed = plan(entry, stopped, seconds=30).status
    stopped_again = plan(suspended, resumed, seconds=40).status

    assert (running.start_time, running.deadline, running.suspend_time) == (at(0), at(60), None)
    assert (stopped.start_time, stopped.deadline, stopped.suspend_time) == (at(0), None, at(10))
    assert (resumed.deadline, resumed.suspend_time, resumed.suspended_for) == (at(80), None, timedelta(seconds=20))
    assert (stopped_again.deadline, stopped_again.suspended_for) == (None, timedelta(seconds=20))


def test_being_suspended_before_it_is_active_does_not_move_the_deadline() -> None:
    """Only the suspension of an active todo stops its clock, and there is none yet."""
    waiting = plan(todo(timeout="1m", suspend=True)).status
    started = plan(todo(timeout="1m", generation=2), waiting, seconds=100).status

    assert (waiting.suspend_time, waiting.start_time, waiting.deadline) == (None, None, None)
    assert (started.start_time, started.deadline, started.suspended_for) == (at(100), at(160), timedelta())


@pytest.mark.parametrize(
    ("timeout", "deadline"),
    [
        pytest.param("2m", at(140), id="longer"),
        pytest.param("40s", at(60), id="shorter"),
        pytest.param(None, None, id="taken away"),
    ],
)
def test_an_edited_timeout_counts_from_the_same_start(timeout: str | None, deadline: object) -> None:
    """With 20 seconds of suspension behind it, whatever the timeout was before."""
    stopped = plan(todo(timeout="1m", suspend=True), active(todo(timeout="1m")), seconds=10).status
    resumed = plan(todo(timeout="1m"), stopped, seconds=30).status

    assert plan(todo(timeout=timeout, generation=2), resumed, seconds=35).status.deadline == deadline
