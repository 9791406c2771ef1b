"""Decides when a server that fails is left alone, and when it is tried again. Pure: the time is asked of a function.

Deliberately without calls of its own: whoever uses the server reports how that went, and asks before the next use.
"""

from collections import deque
from collections.abc import Callable
from typing import Literal

#: closed: the server is used; half-open: one try is under way; open: the server is left alone.
BreakerState = Literal["closed", "half-open", "open"]


class CircuitBreaker:
    """Opens after ``failures`` within ``window`` seconds, for ``pause`` seconds, longer or shorter by ``jitter``.

    ``random`` gives a number from 0 to 1, so that replicas do not come back all at once.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        random: Callable[[], float],
        failures: int = 5,
        window: float = 10.0,
        pause: float = 10.0,
        jitter: float = 0.2,
    ) -> None:
        self._clock = clock
        self._random = random
        self._limit = failures
        self._window = window
        self._pause = pause
        self._jitter = jitter
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._opened_until: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """Where it stands."""
        if self._opened_until is None:
            return "closed"
        return "half-open" if self._trying else "open"

    @property
    def suspects(self) -> bool:
        """Whether it is closed, and something failed within the window."""
        return bool(self._failed_at) and self._clock() - self._failed_at[-1] <= self._window

    @property
    def seconds_until_try(self) -> float:
        """How long an open breaker still pauses; 0 when a try is allowed."""
        return max(0.0, self._opened_until - self._clock()) if self._opened_until is not None else 0.0

    def begin_try(self) -> bool:
        """Whether the server may be tried now: always while closed, once after each pause while not."""
        if self._opened_until is None:
            return True
        if self._trying or self.seconds_until_try > 0:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The server did what it was asked to do, which closes the breaker if it was a try.

        Failures before count on while it is closed: a server that reads and refuses to write fails too.
        """
        if self._trying:
            self._opened_until = None
            self._trying = False

    def failed(self) -> None:
        """The server did not do what it was asked to do."""
        now = self._clock()
        if self._opened_until is not None:
            if self._trying:
                self._open(now)
            return  # the answer to something that was asked before it opened
        self._failed_at.append(now)
        if len(self._failed_at) == self._limit and now - self._failed_at[0] <= self._window:
            self._open(now)

    def _open(self, now: float) -> None:
        self._failed_at.clear()
        self._trying = False
        self._opened_until = now + self._pause * (1 + self._jitter * (2 * self._random() - 1))
