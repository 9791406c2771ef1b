"""However many todos meet the same trouble, the log tells of it at a bounded rate, and how much it left out."""

import logging

from myapp.infrastructure.telemetry.log_rate import RateLimit


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _line(place: int = 1, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("x", level, "file.py", place, "todo %s", ("a",), None)


def test_one_place_logs_so_many_lines_a_minute() -> None:
    """A burst at first, then as many as the minutes allow."""
    clock = _Clock()
    limit = RateLimit(per_minute=30, elapsed=clock)
    assert sum(limit.filter(_line()) for _ in range(10_000)) == 30
    passed = 0
    for _ in range(600):
        clock.seconds += 0.5
        passed += limit.filter(_line())
    assert 145 <= passed <= 151, "five minutes at thirty a minute"


def test_the_next_line_says_how_many_were_left_out() -> None:
    """Nothing disappears without a trace."""
    clock = _Clock()
    limit = RateLimit(per_minute=2, elapsed=clock)
    for _ in range(7):
        limit.filter(_line())
    clock.seconds = 60.0
    line = _line()
    assert limit.filter(line)
    assert line.__dict__["suppressed"] == 5
    clock.seconds = 120.0
    line = _line()
    assert limit.filter(line)
    assert "suppressed" not in line.__dict__


def test_places_do_not_silence_each_other() -> None:
    """A flood from one place hides nothing that another has to say."""
    limit = RateLimit(per_minute=1, elapsed=_Clock())
    assert limit.filter(_line(1))
    assert not limit.filter(_line(1))
    assert limit.filter(_line(2))


def test_debug_is_asked_for_and_therefore_not_limited() -> None:
    """Whoever turns it on wants to see it all."""
    limit = RateLimit(per_minute=1, elapsed=_Clock())
    assert all(limit.filter(_line(level=logging.DEBUG)) for _ in range(10))
