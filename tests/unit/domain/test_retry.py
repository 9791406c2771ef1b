"""Which end of an attempt is followed by another, and when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.effect import FailureKind
from myapp.domain.errors import InvalidTodoError
from myapp.domain.retry import NO_RETRY, RetryBackoff, RetryPolicy
from tests.unit.domain.builders import at, todo

ERROR, FAILURE, TIMEOUT = FailureKind.ERROR, FailureKind.FAILURE, FailureKind.TIMEOUT
backoffs = st.builds(
    RetryBackoff,
    st.integers(1, 10**7).map(lambda count: timedelta(milliseconds=count)),
    st.floats(1, 10),
    st.integers(1, 10**8).map(lambda count: timedelta(milliseconds=count)),
    st.floats(0, 1),
)


@pytest.mark.parametrize(
    ("policy", "attempt", "failure", "again"),
    [
        (NO_RETRY, 1, ERROR, False),
        (RetryPolicy(2), 1, ERROR, True),
        (RetryPolicy(2), 1, TIMEOUT, True),
        (RetryPolicy(2), 1, FAILURE, False),
        (RetryPolicy(2), 2, ERROR, False),
        (RetryPolicy(3, frozenset({FAILURE})), 2, FAILURE, True),
        (RetryPolicy(3, frozenset({FAILURE})), 1, ERROR, False),
        (RetryPolicy(3), 1, None, False),
        (RetryPolicy(3), 7, ERROR, False),
    ],
)
@pytest.mark.statement("A4", "A5", "A6")
def test_which_end_is_followed_by_another(
    policy: RetryPolicy, attempt: int, failure: FailureKind | None, again: bool
) -> None:
    """Only what ``on`` names, and only up to the last."""
    assert policy.allows(attempt, failure) is again


@pytest.mark.statement("A11")
def test_the_waits_grow_up_to_the_longest() -> None:
    """10s, 20s, 40s and so on up to 5m are the default."""
    plain = RetryBackoff(jitter=0)

    assert [plain.delay("u", attempt).total_seconds() for attempt in range(1, 8)] == [10, 20, 40, 80, 160, 300, 300]
    assert plain.delay("u", 1000).total_seconds() == 300


@given(backoffs, st.uuids().map(str), st.integers(1, 1000))
@pytest.mark.statement("A11", "A12")
def test_a_wait_is_bounded_and_always_the_same(backoff: RetryBackoff, uid: str, attempt: int) -> None:
    """At least a millisecond, at most what is configured, at least that less the jitter; and drawn once for all."""
    delay, longest = backoff.delay(uid, attempt), min(backoff.max, max(backoff.initial, backoff.max))
    slack = timedelta(milliseconds=1)

    assert timedelta(milliseconds=1) <= delay <= longest + slack
    assert delay >= min(backoff.initial, backoff.max) * (1 - backoff.jitter) - slack
    assert delay == backoff.delay(uid, attempt)
    assert delay.microseconds % 1000 == 0


@given(backoffs, st.uuids().map(str), st.integers(1, 1000))
def test_no_wait_is_shorter_than_the_one_before(backoff: RetryBackoff, uid: str, attempt: int) -> None:
    """But for the jitter; and it grows by the factor until it is the longest."""
    plain = replace(backoff, jitter=0)
    delay, following = plain.delay(uid, attempt), plain.delay(uid, attempt + 1)
    slack = timedelta(milliseconds=1 + plain.factor)

    assert delay <= following
    assert following <= min(delay * plain.factor, plain.max) + slack or following == delay
    assert backoff.delay(uid, attempt) <= delay


@given(st.integers(1, 1000), st.sets(st.sampled_from(FailureKind)), st.integers(1, 1000), st.sampled_from(FailureKind))
def test_an_end_that_is_final_says_so(attempts: int, on: set[FailureKind], attempt: int, failure: FailureKind) -> None:
    """Another attempt follows only an end that `on` names, only up to the last; else the message has the reason."""
    policy = RetryPolicy(attempts, frozenset(on))

    assert policy.allows(attempt, failure) is (failure in on and attempt < attempts)
    if attempts > 1 and not policy.allows(attempt, failure):
        assert ("does not name" in policy.why_not(attempt, failure)) is (failure not in on)
        assert policy.why_not(attempt, failure)


@given(backoffs, st.uuids().map(str), st.integers(1, 1000), st.integers(-(10**6), 10**6))
def test_the_next_attempt_is_never_too_early(backoff: RetryBackoff, uid: str, attempt: int, asked: int) -> None:
    """Neither before the back-off is over nor before the other side wants it."""
    policy = RetryPolicy(1000, backoff=backoff)
    following = policy.next_at(uid, attempt, at(0), at(asked))

    assert following in (at(0) + backoff.delay(uid, attempt), at(asked))
    assert following >= at(0) + backoff.delay(uid, attempt)
    assert following >= at(asked)


def test_todos_that_failed_together_do_not_come_back_together() -> None:
    """Nor do the attempts of one: half of the waits are shortened by more than half of the jitter."""
    backoff = RetryBackoff(jitter=0.5)
    delays = [backoff.delay(f"uid-{number}", 1).total_seconds() for number in range(1000)]

    assert min(delays) < 5.1
    assert max(delays) > 9.9
    assert 400 < sum(delay < 7.5 for delay in delays) < 600


def test_what_the_other_side_asks_for_is_waited_for() -> None:
    """Retry-After later than the back-off, not earlier."""
    policy = RetryPolicy(2, backoff=RetryBackoff(jitter=0))

    assert policy.next_at("u", 1, at(0), at(60)) == at(60)
    assert policy.next_at("u", 1, at(0), at(5)) == at(10)


@pytest.mark.parametrize(
    ("retry", "told"),
    [
        ({}, "spec.retry.maxAttempts: found None"),
        ({"max_attempts": 0}, "spec.retry.maxAttempts: found 0"),
        ({"max_attempts": 1001}, "spec.retry.maxAttempts: found 1001"),
        ({"max_attempts": 2, "on": ["Success"]}, "spec.retry.on: found ['Success'], allowed is some of Error"),
        ({"max_attempts": 2, "backoff": {"factor": 0.5}}, "spec.retry.backoff.factor: found 0.5"),
        ({"max_attempts": 2, "backoff": {"jitter": 2}}, "spec.retry.backoff.jitter: found 2"),
        ({"max_attempts": 2, "backoff": {"initial": "soon"}}, "spec.retry.backoff.initial: found 'soon'"),
        ("often", "spec.retry: found 'often', allowed is an object"),
    ],
)
def test_what_is_no_retry(retry: object, told: str) -> None:
    """The field is named, and what is allowed."""
    with pytest.raises(InvalidTodoError) as refused:
        todo(retry=retry)

    assert str(refused.value).startswith(told)


@pytest.mark.statement("A3")
def test_an_approval_is_never_tried_again() -> None:
    """However it is asked for."""
    with pytest.raises(InvalidTodoError, match=r"^spec\.retry"):
        todo(approval={}, retry={"max_attempts": 2})
