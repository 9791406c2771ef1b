"""Bounds how often one place in the code may log: thousands of todos that meet the same trouble are told of some times.

What is held back is counted, and the next line from that place says how many there were.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

_PER_MINUTE = 30
_PLACES = 1_000

_Place = tuple[str, int]


class RateLimit(logging.Filter):
    """A bucket of ``per_minute`` lines for each place that logs, refilled evenly. DEBUG is not limited."""

    def __init__(self, per_minute: int = _PER_MINUTE, elapsed: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._burst = float(per_minute)
        self._elapsed = elapsed
        self._buckets: OrderedDict[_Place, tuple[float, float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line may be written; then it carries ``suppressed``, if some before it were not."""
        if record.levelno <= logging.DEBUG:
            return True
        place, now = (record.pathname, record.lineno), self._elapsed()
        left, since, suppressed = self._buckets.pop(place, (self._burst, now, 0))
        left = min(self._burst, left + (now - since) * self._burst / 60)
        allowed = left >= 1
        self._buckets[place] = (left - 1, now, 0) if allowed else (left, now, suppressed + 1)
        if len(self._buckets) > _PLACES:
            self._buckets.popitem(last=False)
        if allowed and suppressed:
            record.suppressed = suppressed
        return allowed
