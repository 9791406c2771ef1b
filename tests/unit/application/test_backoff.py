"""Back-off: exponential, capped by what can help, jittered, never earlier than the server asked for."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from myapp.application.backoff import Backoff
from myapp.application.outcomes import Retry
from myapp.domain.todo_key import TodoKey

KEY = TodoKey("ns", "a")


def test_delays_double_up_to_the_cap() -> None:
    """Without jitter the delays double until the cap of half a minute."""
    backoff = Backoff(lambda: 0.0)

    delays = [backoff.delay(KEY, Retry("busy")) for _ in range(20)]

    assert delays[:3] == [timedelta(milliseconds=50 * 2**power) for power in range(3)]
    assert delays[-1] == timedelta(seconds=30)
    assert all(earlier <= later for earlier, later in pairwise(delays))


def test_what_only_a_change_can_cure_is_tried_less_than_once_a_minute() -> None:
    """After ten minutes of refusals the next try is minutes away (no hot loop)."""
    backoff = Backoff(lambda: 1.0)
    elapsed = timedelta()
    while elapsed < timedelta(minutes=10):
        elapsed += backoff.delay(KEY, Retry("forbidden", lasting=True))

    assert backoff.delay(KEY, Retry("forbidden", lasting=True)) > timedelta(minutes=1)


def test_success_starts_over() -> None:
    """A key that succeeded is tried again quickly when it fails later; others keep their count."""
    backoff = Backoff(lambda: 0.0)
    other = TodoKey("ns", "b")
    for _ in range(5):
        backoff.delay(KEY, Retry("busy"))
        backoff.delay(other, Retry("busy"))

    backoff.succeeded(KEY)

    assert backoff.delay(KEY, Retry("busy")) == timedelta(milliseconds=50)
    assert backoff.delay(other, Retry("busy")) > timedelta(seconds=1)


@given(st.floats(0, 1), st.integers(0, 60), st.integers(0, 3600))
def test_delays_stay_in_their_bounds(luck: float, failures: int, asked: int) -> None:
    """Whatever the jitter, a delay is positive, at most the cap, and at least what the server asked for."""
    backoff = Backoff(lambda: luck)
    for _ in range(failures):
        backoff.delay(KEY, Retry("busy"))

    delay = backoff.delay(KEY, Retry("busy", not_before=timedelta(seconds=asked)))

    assert timedelta() < delay <= max(timedelta(seconds=30), timedelta(seconds=asked))
    assert delay >= timedelta(seconds=asked)
