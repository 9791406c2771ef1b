"""A fixed number of workers that take keys from the queue, reconcile them, and see to what comes next.

One bad object never harms another: whatever a reconcile raises is logged, counted and retried with back-off, for that
key alone.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from myapp.application.backoff import Backoff
from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.outcomes import Done, LookAgainAt, Outcome, Retry
from myapp.application.ports import Clock, QueueTelemetry
from myapp.application.reconcile_scope import enter_scope, leave_scope
from myapp.application.work_queue import WorkQueue
from myapp.domain.todo_key import TodoKey

_logger = logging.getLogger(__name__)


class ReconcileLoop:
    """The workers. They start when told to, and stop after what they have in hand."""

    def __init__(
        self,
        *,
        queue: WorkQueue,
        reconcile: Callable[[TodoKey], Awaitable[Outcome]],
        backoff: Backoff,
        clock: Clock,
        telemetry: QueueTelemetry,
        workers: int,
        controller: str = "todo",
    ) -> None:
        """``controller`` is what log lines call it."""
        self._queue = queue
        self._reconcile = reconcile
        self._backoff = backoff
        self._clock = clock
        self._telemetry = telemetry
        self._workers = workers
        self._controller = controller
        self._stopping = False

    async def run(self, start: asyncio.Event) -> None:
        """Work from ``start`` on until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._workers):
                group.create_task(self._work(start), name=f"{self._controller}-{number}")

    async def drain(self, patience: timedelta) -> bool:
        """Take nothing new and wait for what is in hand: true if all of it was finished in time."""
        self._stopping = True
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self._queue.at_rest()
        except TimeoutError:
            return False
        return True

    async def _work(self, start: asyncio.Event) -> None:
        await start.wait()
        while not self._stopping:
            key = await self._queue.get()
            try:
                if not self._stopping:
                    await self._attempt(key)
            finally:
                self._queue.done(key)

    async def _attempt(self, key: TodoKey) -> None:
        started = asyncio.get_running_loop().time()
        enter_scope(key, self._controller)
        try:
            outcome = await self._outcome(key)
        finally:
            leave_scope()
        seconds = asyncio.get_running_loop().time() - started
        match outcome:
            case Done():
                self._backoff.succeeded(key)
                self._telemetry.finished("success", seconds)
            case LookAgainAt(moment):
                self._backoff.succeeded(key)
                self._queue.schedule(key, moment)
                self._telemetry.finished("requeue_after", seconds)
            case Retry():
                self._queue.schedule(key, self._clock.now() + self._backoff.delay(key, outcome))
                self._telemetry.finished("error", seconds)
                self._telemetry.retried()

    async def _outcome(self, key: TodoKey) -> Outcome:
        try:
            return await self._reconcile(key)
        except ApiUnavailableError as error:
            return Retry(str(error), not_before=error.retry_after)
        except ApiRefusedError as error:
            _logger.warning("the API server refuses: %s", error)
            return Retry(str(error), lasting=True)
        except Exception as error:
            _logger.exception("reconcile failed")
            self._telemetry.panicked()
            return Retry(str(error), lasting=True)
