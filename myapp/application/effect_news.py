"""The latest that is known about one attempt, and when it is worth telling: each time costs a write of a status.

What ends an attempt, what must be recorded and why it is held are told at once. That something is under way is told
after a moment, within which the end often comes. A message that changes under the same reason is told now and then.
"""

import asyncio
from collections.abc import Callable, Mapping

from myapp.domain.effect import Held, News, Underway

_SOON = 1.0
_NOW_AND_THEN = 30.0


class EffectNews:
    """Keeps what is told, and what is still to be. ``wake`` is called whenever ``latest`` has changed."""

    def __init__(self, known: Mapping[str, str], wake: Callable[[], None]) -> None:
        self.latest: News | None = None
        self._closed = False
        self.references = dict(known)
        """All that was told to be recorded, and what had been."""
        self._wake = wake
        self._waiting: News | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = 0.0

    def take(self, news: News) -> None:
        """Something is known; it takes the place of what was known before. Silent once it is closed."""
        if self._closed:
            return
        delay = self._delay(news)
        if isinstance(news, Underway):
            self.references |= news.references
            news = Underway(news.reason, news.message, dict(self.references))
        if news == self.latest:
            self._drop_waiting()  # it is not true any more
        elif delay <= 0:
            self._tell(news)
        else:
            self._waiting = news
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(delay, self._tell_waiting)

    def close(self) -> None:
        """Tell nothing more: nobody wants to know."""
        self._closed = True
        self._drop_waiting()

    def _drop_waiting(self) -> None:
        self._waiting = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _delay(self, news: News) -> float:
        if isinstance(news, Underway) and any(self.references.get(name) != it for name, it in news.references.items()):
            return 0.0
        told = self.latest
        if not isinstance(news, Underway | Held) or not isinstance(told, Underway | Held):
            return _SOON if isinstance(news, Underway) else 0.0
        if news.reason is not told.reason:
            return 0.0
        return self._told_at + _NOW_AND_THEN - asyncio.get_running_loop().time()

    def _tell_waiting(self) -> None:
        self._timer = None
        if self._waiting is not None:
            self._tell(self._waiting)

    def _tell(self, news: News) -> None:
        self._drop_waiting()
        self.latest, self._told_at = news, asyncio.get_running_loop().time()
        self._wake()
