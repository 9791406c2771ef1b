"""A time limit that counts only time in which the event loop was there to take an answer.

A hundred reconciles woken at once keep the loop busy for longer than Redis may take. The answer lies there by then, and
an ordinary time limit would call Redis dead all the same.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_SLICES = 5


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Raise TimeoutError when the block takes longer. A stretch in which the loop is busy counts a fifth at most."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as timeout:
        timers: list[asyncio.TimerHandle] = []

        def count() -> None:
            if len(timers) < _SLICES:
                timers.append(loop.call_later(seconds / _SLICES, count))
            else:
                timeout.reschedule(loop.time())

        count()
        try:
            yield
        finally:
            timers[-1].cancel()
