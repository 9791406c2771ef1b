"""A clock that stands until it is moved."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 12, 1, 8, 0, 0, tzinfo=UTC)


class FakeClock:
    """Clock over a value."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The value."""
        return self.moment

    def advance(self, **duration: float) -> None:
        """Move on, by the keyword arguments of timedelta."""
        self.moment += timedelta(**duration)
