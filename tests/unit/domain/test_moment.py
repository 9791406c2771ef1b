"""Points in time as the API writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.moment import earliest, format_moment, to_millisecond
from tests.unit.domain.builders import T0, at

MOMENTS = st.timedeltas(timedelta(), timedelta(days=300_000)).map(lambda age: datetime(2000, 1, 1, tzinfo=UTC) + age)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(T0, "2026-12-01T08:00:00Z", id="whole second"),
        pytest.param(T0.replace(microsecond=250_000), "2026-12-01T08:00:00.250Z", id="millisecond"),
        pytest.param(T0.replace(microsecond=999), "2026-12-01T08:00:00Z", id="finer than a millisecond is cut off"),
        pytest.param(
            datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=1))), "2026-12-01T08:00:00Z", id="another zone"
        ),
    ],
)
def test_format(moment: datetime, expected: str) -> None:
    """Always UTC, and no fraction where it is zero."""
    assert format_moment(moment) == expected


@given(MOMENTS)
def test_a_moment_reads_back_to_the_millisecond(moment: datetime) -> None:
    """What is written and read again equals what was cut off before."""
    assert datetime.fromisoformat(format_moment(moment)) == to_millisecond(moment)


@given(MOMENTS)
def test_to_millisecond_only_cuts_off(moment: datetime) -> None:
    """Never into the future, never by a millisecond or more, and not twice."""
    cut = to_millisecond(moment)

    assert timedelta() <= moment - cut < timedelta(milliseconds=1)
    assert to_millisecond(cut) == cut


@pytest.mark.parametrize(
    ("moments", "expected"),
    [((), None), ((None, None), None), ((at(2), None, at(1)), at(1)), ((at(1), at(1)), at(1))],
)
def test_earliest(moments: tuple[datetime | None, ...], expected: datetime | None) -> None:
    """The first of those given; None where none is."""
    assert earliest(*moments) == expected
