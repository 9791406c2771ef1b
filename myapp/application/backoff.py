"""How long to wait before a todo that could not be reconciled is tried again.

Exponential per key, with jitter so that many keys that failed together do not come back together. What a later try may
well cure is capped at half a minute, so that everything is back within a minute of the API server's return; what only
somebody's change can cure, at five minutes.
"""

from collections.abc import Callable
from datetime import timedelta

from myapp.application.outcomes import Retry
from myapp.domain.todo_key import TodoKey

_FIRST = timedelta(milliseconds=50)
_CAP = timedelta(seconds=30)
_CAP_LASTING = timedelta(minutes=5)
_JITTER = 0.2
_MOST_DOUBLINGS = 20


class Backoff:
    """Counts failures by key. ``random`` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures: dict[TodoKey, int] = {}

    def delay(self, key: TodoKey, retry: Retry) -> timedelta:
        """Count one more failure and say how long to wait."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        cap = _CAP_LASTING if retry.lasting else _CAP
        delay = min(_FIRST * 2 ** min(failures, _MOST_DOUBLINGS), cap)
        jittered: timedelta = delay * (1 - _JITTER * self._random())
        return max(jittered, retry.not_before or timedelta())

    def succeeded(self, key: TodoKey) -> None:
        """Forget the failures of ``key``."""
        self._failures.pop(key, None)
