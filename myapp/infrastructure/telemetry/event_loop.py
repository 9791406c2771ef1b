"""Watches the event loop: how late it is, and where it stands when it is stuck.

Everything in the process shares one loop, the probes included: while it is blocked ``/healthz`` does not answer, and a
kubelet that asks restarts the pod. A thread of its own says in the log what blocks, while it does.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from types import TracebackType
from typing import Self

_logger = logging.getLogger(__name__)
_TICK = 0.25
_STUCK_AFTER = 5.0


class EventLoopMonitor(AbstractAsyncContextManager["EventLoopMonitor"]):
    """Watches while the context is open. ``lagged`` hears several times a second how late the loop was, in seconds."""

    def __init__(
        self, lagged: Callable[[float], None], *, tick: float = _TICK, stuck_after: float = _STUCK_AFTER
    ) -> None:
        self._lagged = lagged
        self._tick = tick
        self._stuck_after = stuck_after
        self._ticked = 0.0
        self._closing = threading.Event()
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._ticked = time.monotonic()
        self._ticking = asyncio.create_task(self._tick_on(), name="event-loop-lag")
        threading.Thread(
            target=self._watch, args=(threading.get_ident(),), name="event-loop-watch", daemon=True
        ).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking

    async def _tick_on(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(self._tick)
            self._ticked = time.monotonic()
            self._lagged(max(self._ticked - before - self._tick, 0.0))

    def _watch(self, loop_thread: int) -> None:
        """Runs in a thread of its own, which goes on while the loop does not."""
        told, looked = False, time.monotonic()
        while not self._closing.wait(self._stuck_after / 5):
            now = time.monotonic()
            slept = now - looked > self._stuck_after  # this thread stood still too: the whole process did
            looked, blocked = now, now - self._ticked
            if blocked < self._stuck_after:
                if told:
                    _logger.warning("the event loop goes on")
                told = False
            elif not told and not slept:
                told = True
                where = "".join(traceback.format_stack(sys._current_frames().get(loop_thread)))  # noqa: SLF001 - the documented way to see another thread
                _logger.error("the event loop has been blocked for %.0f s", blocked, extra={"stack": where})
