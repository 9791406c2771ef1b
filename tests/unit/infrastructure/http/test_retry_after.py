"""``Retry-After``, in both of its forms and in none."""

from datetime import UTC, datetime, timedelta

import pytest

from myapp.infrastructure.http.retry_after import not_before

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", None),
        ("120", 120),
        (" 5 ", 5),
        ("-5", None),
        ("soon", None),
        ("99999999999999999999", None),
        ("86401", None),
        ("Tue, 01 Dec 2026 08:02:00 GMT", 120),
        ("Tue, 01 Dec 2026 07:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
    ],
)
def test_moment(header: str | None, seconds: int | None) -> None:
    """A moment after now, and within a day."""
    assert not_before(header, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))
