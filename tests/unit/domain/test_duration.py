"""Go's notation for durations."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.duration import NOTATION, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0s", timedelta(), id="zero"),
        pytest.param("250ms", timedelta(milliseconds=250), id="milliseconds"),
        pytest.param("90s", timedelta(seconds=90), id="seconds"),
        pytest.param("5m", timedelta(minutes=5), id="minutes, not milliseconds"),
        pytest.param("72h", timedelta(hours=72), id="days are written as hours"),
        pytest.param("1h30m", timedelta(hours=1, minutes=30), id="two units"),
        pytest.param("1h2m3s4ms", timedelta(hours=1, minutes=2, seconds=3, milliseconds=4), id="all units"),
        pytest.param("1.5h", timedelta(minutes=90), id="fraction"),
        pytest.param("30m1h", timedelta(minutes=90), id="any order, as in Go"),
        pytest.param("1s1s", timedelta(seconds=2), id="a unit twice, as in Go"),
    ],
)
def test_accepts_go_notation(text: str, expected: timedelta) -> None:
    """What Go's time.ParseDuration accepts means the same here."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "s",
        "1d",
        "1w",
        "-5s",
        "+5s",
        "1h 30m",
        " 5s",
        "5s ",
        "5s\n",
        "1,5h",
        "1e3s",
        "5S",
        "1.h",
        ".5h",
        "5us",
        "P1D",
        "٣s",
    ],
)
def test_refuses_what_is_not_go_notation(text: str) -> None:
    """The error says what was found and what is allowed."""
    with pytest.raises(ValueError) as error:  # noqa: PT011 -- the whole message is compared below
        parse_duration(text)

    assert str(error.value) == f"found {text!r}, allowed is {NOTATION}"


def test_refuses_what_is_too_long_to_add_up() -> None:
    """A sum that no timedelta can hold is refused as any other text is, not by an error of another kind."""
    with pytest.raises(ValueError, match="allowed is a duration"):
        parse_duration("99999999h" * 300)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (timedelta(), "0s"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(seconds=1, milliseconds=500), "1.5s"),
        (timedelta(seconds=10), "10s"),
        (timedelta(minutes=1), "1m"),
        (timedelta(hours=1, minutes=30), "1h30m"),
        (timedelta(hours=100, seconds=7), "100h7s"),
        (timedelta(seconds=1, microseconds=400), "1s"),
        (timedelta(days=3), "72h"),
    ],
)
def test_writes_go_notation(duration: timedelta, expected: str) -> None:
    """Units that are zero are left out; nothing finer than a millisecond is written."""
    assert format_duration(duration) == expected


@given(st.integers(min_value=0, max_value=10**12).map(lambda count: timedelta(milliseconds=count)))
def test_what_is_written_reads_back(duration: timedelta) -> None:
    """Status keeps suspendedFor as text: no millisecond may be lost in it."""
    assert parse_duration(format_duration(duration)) == duration
