"""Compares what the process knows with a complete listing: when watches start, at first and anew, and now and then.

Watches tell of changes from the moment on in which they start; what is there at that moment, and what went before it,
is found here. Without this a todo deleted while its watch was broken would hold up its dependents for ever.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from myapp.application.errors import ApiError
from myapp.application.intake import Intake
from myapp.application.ports import DecisionLister, Telemetry, TodoLister
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.todo_key import TodoKey

_logger = logging.getLogger(__name__)
_QUIET = 0.2
_AFTER_A_FAILURE = 2.0
_JITTER = 0.1


class Resync:
    """Lists on request and every ``interval`` (shortened at random by up to a tenth)."""

    def __init__(
        self,
        *,
        todos: TodoLister,
        decisions: DecisionLister,
        registry: TodoRegistry,
        intake: Intake,
        interval: timedelta,
        random: Callable[[], float],
        telemetry: Telemetry,
    ) -> None:
        self._todos = todos
        self._decisions = decisions
        self._registry = registry
        self._intake = intake
        self._interval = interval.total_seconds()
        self._random = random
        self._telemetry = telemetry
        self._requested_at: float | None = None
        self.problem = ""
        """Why the last comparison failed; empty where it did not."""
        self._wake = asyncio.Event()

    def request(self) -> None:
        """A watch starts, at first or anew: compare when others that do so too have followed."""
        self._requested_at = asyncio.get_running_loop().time()
        self._wake.set()

    async def run(self, synced: asyncio.Event) -> None:
        """Compare for ever, at first when the watches start: a listing from before would not cover what happened since.

        ``synced`` is set after the first comparison, from which on absence means something.
        """
        await self._wake.wait()
        while True:
            await self._until_at_rest()
            try:
                await self.compare()
            except ApiError as error:
                if str(error) != self.problem:
                    _logger.warning("todos could not be listed: %s", error)
                    self.problem = str(error)
                await asyncio.sleep(_AFTER_A_FAILURE)
                continue
            self.problem = ""
            if not synced.is_set():
                _logger.info("everything has been listed: %d todos", len(self._registry))
                synced.set()
            await self._until_next()

    async def compare(self) -> None:
        """List everything once, take in what is news, forget what is gone. Raises ApiError."""
        async for decisions in self._decisions.pages():
            for decision in decisions:
                self._intake.decision_seen(decision)
        listed: set[tuple[TodoKey, str]] = set()
        version = "0"
        async for page in self._todos.pages():
            version = page.version
            for todo in page.todos:
                listed.add((todo.key, todo.uid))
                if self._intake.is_news(todo.key, todo.uid, todo.version):
                    self._intake.todo_seen(todo.sight(), urgent=False)
        for key, uid in self._registry.vanished(listed, version):
            self._intake.todo_gone(key, uid)
        self._telemetry.listed()

    async def _until_next(self) -> None:
        wait = self._interval * (1 - _JITTER * self._random())
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _until_at_rest(self) -> None:
        self._wake.clear()
        while self._requested_at is not None:
            rest = self._requested_at + _QUIET - asyncio.get_running_loop().time()
            if rest <= 0:
                self._requested_at = None
            else:
                await asyncio.sleep(rest)
