"""Compares what the process knows with a complete listing: when watches start, at first and anew, and now and then.

Watches tell of changes from the moment on in which they start; what is there at that moment, and what went before it,
is found here. Without this a todo deleted while its watch was broken would hold up its dependents for ever.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from myapp.application.errors import ApiError
from myapp.application.ports import Telemetry

_logger = logging.getLogger(__name__)
_QUIET = 0.2
_AFTER_A_FAILURE = 2.0
_JITTER = 0.1


class Comparison(Protocol):
    """Compares one kind of object."""

    async def compare(self) -> None:
        """List all of them once, take in what is news, forget what is gone. Raises ApiError."""
        ...


class Resync:
    """Lists on request and every ``interval`` (shortened at random by up to a tenth)."""

    def __init__(
        self,
        *,
        comparisons: Sequence[Comparison],
        known: Callable[[], str],
        interval: timedelta,
        random: Callable[[], float],
        telemetry: Telemetry,
    ) -> None:
        """``known`` says what there is, for the log."""
        self._comparisons = comparisons
        self._known = known
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
                    _logger.warning("not everything could be listed: %s", error)
                    self.problem = str(error)
                await asyncio.sleep(_AFTER_A_FAILURE)
                continue
            self.problem = ""
            if not synced.is_set():
                _logger.info("everything has been listed: %s", self._known())
                synced.set()
            await self._until_next()

    async def compare(self) -> None:
        """Compare everything once. Raises ApiError."""
        for comparison in self._comparisons:
            await comparison.compare()
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
