"""The clocks of the machine: the wall clock, and one that only ever goes forward."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Clock over the operating system."""

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)


def elapsed() -> float:
    """Seconds since some moment in the past, the time included in which the process or the machine slept.

    Python's monotonic clock stands still on Linux while the machine is suspended, and a lease does not.
    """
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it, and needs it
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
