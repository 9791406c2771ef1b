"""The wall clock of the machine."""

from datetime import UTC, datetime


class SystemClock:
    """Clock over the operating system."""

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)
