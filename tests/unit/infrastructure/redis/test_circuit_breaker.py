"""When a failing server is left alone, and when it is tried again; time is a number that the test moves."""

from dataclasses import dataclass, field

import pytest

from myapp.infrastructure.redis.circuit_breaker import CircuitBreaker


@dataclass
class _World:
    """A breaker with a clock and a random number of the test's own."""

    now: float = 100.0
    random: float = 0.5
    breaker: CircuitBreaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(clock=lambda: self.now, random=lambda: self.random)

    def state(self) -> str:
        return self.breaker.state

    def fail(self, times: int, every: float = 0.0) -> None:
        for _ in range(times):
            self.breaker.failed()
            self.now += every


@pytest.fixture
def world() -> _World:
    """A closed breaker."""
    return _World()


def test_it_opens_with_the_fifth_failure_within_ten_seconds(world: _World) -> None:
    """Four failures are bad luck."""
    world.fail(4, every=2.4)
    assert world.state() == "closed"
    assert world.breaker.begin_try()

    world.fail(1)

    assert world.state() == "open"
    assert not world.breaker.begin_try()


def test_failures_that_lie_apart_do_not_open_it(world: _World) -> None:
    """Five within more than ten seconds are no outage."""
    world.fail(20, every=2.6)

    assert world.state() == "closed"


def test_successes_in_between_do_not_excuse_failures(world: _World) -> None:
    """A server that answers reads and refuses writes fails."""
    for _ in range(5):
        world.breaker.succeeded()
        world.breaker.failed()

    assert world.state() == "open"


@pytest.mark.parametrize(("random", "pause"), [(0.0, 8.0), (0.5, 10.0), (1.0, 12.0)])
def test_it_pauses_for_ten_seconds_give_or_take_two(world: _World, random: float, pause: float) -> None:
    """Replicas do not come back in step."""
    world.random = random
    world.fail(5)
    assert world.breaker.seconds_until_try == pytest.approx(pause)

    world.now += pause - 0.01
    assert not world.breaker.begin_try()
    world.now += 0.01

    assert world.breaker.begin_try()
    assert world.state() == "half-open"


def test_one_try_at_a_time(world: _World) -> None:
    """Half open, everybody else waits for the outcome of the one try."""
    world.fail(5)
    world.now += 20

    assert [world.breaker.begin_try() for _ in range(3)] == [True, False, False]


def test_a_try_that_succeeds_closes_it(world: _World) -> None:
    """What failed before is forgotten then."""
    world.fail(5)
    world.now += 20
    world.breaker.begin_try()

    world.breaker.succeeded()

    assert world.state() == "closed"
    assert not world.breaker.suspects
    world.fail(4)
    assert world.state() == "closed"


def test_a_try_that_fails_opens_it_for_another_pause(world: _World) -> None:
    """It is not tried all the time."""
    world.fail(5)
    world.now += 20
    world.breaker.begin_try()

    world.breaker.failed()

    assert world.state() == "open"
    assert world.breaker.seconds_until_try == pytest.approx(10)


def test_late_answers_change_nothing_while_it_is_open(world: _World) -> None:
    """What was asked before it opened neither closes it nor lengthens the pause."""
    world.fail(5)
    world.now += 6

    world.breaker.succeeded()
    world.breaker.failed()

    assert world.state() == "open"
    assert world.breaker.seconds_until_try == pytest.approx(4)


def test_it_suspects_for_as_long_as_the_window(world: _World) -> None:
    """After a failure somebody should look whether it was more than bad luck."""
    suspicions = [world.breaker.suspects]
    world.fail(1)
    for seconds in (9.9, 0.2):
        world.now += seconds
        suspicions.append(world.breaker.suspects)

    assert suspicions == [False, True, False]
