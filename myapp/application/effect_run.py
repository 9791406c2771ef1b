"""One effect from its beginning to its end: a performer is asked until it has an answer, whatever comes in between.

What a performer raises does not end anything: the todo says why it is held, and the performer is asked again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from myapp.application.effect import Effect
from myapp.application.effect_backoff import EffectBackoff
from myapp.application.effect_news import EffectNews
from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.ports import EffectPerformer
from myapp.domain.effect import EffectOrder, Held, News, Underway, Withdrawn
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Reason

_logger = logging.getLogger(__name__)

#: Seconds after which a performer that has said nothing yet does not count as starting any more.
_STARTED = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class EffectRun:
    """What is ordered, who carries it out, and who is told. ``starts`` bounds how many begin at once."""

    todo: TodoEntry
    order: EffectOrder
    performer: EffectPerformer | None
    news: EffectNews
    starts: asyncio.Semaphore
    may_act: Callable[[], bool]
    """Whether this replica leads: who leads no more begins nothing."""
    begun_before: bool = False
    """Whether another process may have begun it: the status that orders it was not written just now."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits so many seconds between two tries."""

    async def to_its_end(self) -> None:
        """Return when the effect is over, or withdrawn, and that was told."""
        backoff, clock = EffectBackoff(), asyncio.get_running_loop().time
        begun_before = self.begun_before
        while True:
            began_at = clock()
            result = await self._tried(begun_before=begun_before)
            if not isinstance(result, Held):
                self.news.take(result)
                return
            begun_before = begun_before or result.reason is Reason.UNAVAILABLE  # an answer that was lost
            seconds = backoff.after(clock() - began_at)
            if result.reason is not Reason.UNAVAILABLE or backoff.failures > 1:
                self.news.take(result)  # one answer that did not come is worth no write
            await self.pause(seconds)

    async def _tried(self, *, begun_before: bool) -> News:
        try:
            return await self._asked(begun_before=begun_before)
        except ApiUnavailableError as error:
            return Held(Reason.UNAVAILABLE, str(error))
        except ApiRefusedError as error:
            return Held(Reason.REFUSED, str(error))
        except Exception as error:
            _logger.exception("the effect of %s, attempt %d, failed", self.todo.key, self.order.id.attempt)
            return Held(Reason.INTERNAL_ERROR, f"the operator has a defect: {type(error).__name__}: {error}")

    async def _asked(self, *, begun_before: bool) -> News:
        if self.performer is None:
            kind = type(self.todo.action).__name__.lower()
            return Held(Reason.INTERNAL_ERROR, f"this operator cannot carry out an action of the kind {kind}")
        effect = Effect(self.order.id, self.todo, dict(self.news.references), begun_before)
        if not self.may_act():
            return Held(Reason.UNAVAILABLE, "this replica does not lead")
        start = _Start(self.starts)

        def tell(report: Underway | Held) -> None:
            start.is_over()
            self.news.take(report)

        await start.may_begin()
        try:
            if not self.order.withdraw:
                return await self.performer.perform(effect, tell)
            await self.performer.withdraw(effect)
            return Withdrawn()
        finally:
            start.is_over()


class _Start:
    """A place among those that begin, given back at the first sign of life, or after a moment without one."""

    def __init__(self, starts: asyncio.Semaphore) -> None:
        self._starts = starts
        self._timer: asyncio.TimerHandle | None = None

    async def may_begin(self) -> None:
        await self._starts.acquire()
        self._timer = asyncio.get_running_loop().call_later(_STARTED, self.is_over)

    def is_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._starts.release()
