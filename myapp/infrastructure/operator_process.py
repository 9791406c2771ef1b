"""The life of the operator's process: what starts in which order, and how it stops.

Start: probes, connections, the wait for our kinds; then the watches, and as they have begun the comparison with a
listing. The workers begin when everything has been listed once, from which on the absence of a todo means something,
and when this replica leads; until then it is a warm standby.
Stop, on SIGTERM, SIGINT or a task that failed: the workers finish what they have in hand, effects under way are let go
of, another replica may lead, the watches end last.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from myapp.application.effect_tasks import EffectTasks
from myapp.application.guard import Guard
from myapp.application.leader_election import Leadership
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.rehearsals import Rehearsals
from myapp.application.resync import Resync
from myapp.application.work_queue import WorkQueue
from myapp.infrastructure.kube.api_readiness import wait_for_kinds
from myapp.infrastructure.kube.event_notices import EventNotices
from myapp.infrastructure.kube.job_watches import JobWatches
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.telemetry.event_loop import EventLoopMonitor
from myapp.infrastructure.telemetry.http_server import serve_probes
from myapp.infrastructure.webhook.webhook_channel import WebhookChannel

_logger = logging.getLogger(__name__)

#: How long the end may wait for events that the webhook has not been told of.
_LAST_EVENTS = timedelta(seconds=2)
#: Runs the watches until the event is set, and calls back when signal handlers may be installed again.
RunWatches = Callable[[asyncio.Event, Callable[[], None]], Coroutine[Any, Any, None]]


class Upkeep(Protocol):
    """What looks after itself for as long as it is let."""

    async def run(self) -> None:
        """Work until cancelled."""
        ...


@dataclass(slots=True)
class OperatorProcess:
    """Everything that runs, already built."""

    settings: Settings
    leadership: Leadership
    clients: tuple[KubeClient, KubeClient, KubeClient]
    """That of the work, that of the lease, and that of the guard."""
    connections: tuple[AbstractAsyncContextManager[object], ...]
    """What else is open while the work goes on; closed in the reverse order."""
    queues: Sequence[WorkQueue]
    loops: Sequence[ReconcileLoop]
    effects: EffectTasks
    rehearsals: Rehearsals
    jobs: JobWatches
    resync: Resync
    guard: Guard
    watch_policies: Callable[[], Coroutine[Any, Any, None]]
    notices: EventNotices
    webhook: WebhookChannel | None
    cache: Upkeep
    watches: RunWatches
    metrics: CollectorRegistry
    event_loop: EventLoopMonitor
    _shutdown: asyncio.Event = field(default_factory=asyncio.Event)
    _synced: asyncio.Event = field(default_factory=asyncio.Event)
    _leads: bool = False
    _waits_for: str = "the API server has not been reached yet"

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises what made it impossible to go on."""
        self._catch_signals()
        async with AsyncExitStack() as stack:
            probes = serve_probes(self.settings.http_host, self.settings.http_port, self.metrics, self._unready_because)
            await stack.enter_async_context(self.event_loop)
            await stack.enter_async_context(probes)
            for connection in (*self.clients, *self.connections):
                await stack.enter_async_context(connection)
            for queue in self.queues:
                stack.callback(queue.close)
            if await self._first(wait_for_kinds(self.clients[0], self.settings.namespaces, self._report)):
                self._report("the todos have not been listed yet")
                await self._work()
        _logger.info("stopped")

    async def _work(self) -> None:
        """All tasks of ours are created before kopf starts, because it cancels those that come later."""
        leading, may_work = asyncio.Event(), asyncio.Event()
        tasks = [
            asyncio.create_task(self.leadership.run(leading), name="leadership"),
            asyncio.create_task(self._begin(leading, may_work), name="begin"),
            *(asyncio.create_task(loop.run(may_work), name="reconcile") for loop in self.loops),
            asyncio.create_task(self.resync.run(self._synced), name="resync"),
            asyncio.create_task(self.guard.run(leading), name="guard"),
            asyncio.create_task(self._watch_policies(leading), name="policies"),
            asyncio.create_task(self.jobs.run(may_work), name="jobs"),
            asyncio.create_task(self.notices.run(), name="notices"),
            asyncio.create_task(self.cache.run(), name="cache"),
        ]
        if self.webhook is not None:
            tasks.append(asyncio.create_task(self.webhook.run(), name="webhook"))
        stop_watching = asyncio.Event()
        watching = asyncio.create_task(self.watches(stop_watching, self._catch_signals), name="watches")
        try:
            await self._first(_any_of(*tasks, watching))
        finally:
            patience = self.settings.drain_timeout
            if not all(await asyncio.gather(*(loop.drain(patience) for loop in self.loops))):
                _logger.warning("some reconciles were not finished in time; the next start takes them up")
            await self.rehearsals.stop()
            await self.effects.stop()
            await self.leadership.release()
            stop_watching.set()
            if self.webhook is not None:
                await self.webhook.flush(_LAST_EVENTS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(watching, *tasks, return_exceptions=True)

    async def _begin(self, leading: asyncio.Event, may_work: asyncio.Event) -> None:
        await self._synced.wait()
        await leading.wait()
        may_work.set()
        await asyncio.Event().wait()  # a task that ends ends the process

    async def _watch_policies(self, leading: asyncio.Event) -> None:
        await leading.wait()
        self._leads = True
        await self.watch_policies()

    async def _first(self, work: Coroutine[Any, Any, None]) -> bool:
        """Whether ``work`` ended before the shutdown was asked for; what it raises is raised."""
        task, shutdown = asyncio.create_task(work), asyncio.create_task(self._shutdown.wait())
        done, pending = await asyncio.wait((task, shutdown), return_when=asyncio.FIRST_COMPLETED)
        for other in pending:
            other.cancel()
        if task not in done:
            return False
        await task
        return True

    def _catch_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._shutdown.set)

    def _report(self, waits_for: str) -> None:
        self._waits_for = waits_for

    def _unready_because(self) -> str:
        if not self._synced.is_set():
            return self.resync.problem or self._waits_for
        if self._leads and not self.guard.checked.is_set():
            return "the admission policies have not been checked yet"
        return ""


async def _any_of(*tasks: Awaitable[None]) -> None:
    """Wait until one of tasks that should never end has ended, and raise what it raised."""
    done, _ = await asyncio.wait([asyncio.ensure_future(task) for task in tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
