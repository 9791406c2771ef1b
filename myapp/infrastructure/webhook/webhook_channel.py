"""Delivers notices to the webhook beside everything else: nothing waits for it.

What waits is bounded and in memory. An event that could not be delivered is tried again with growing pauses for a
quarter of an hour, unless it is obsolete by then: a newer one of the same todo and kind takes its place, and people who
are waited for no more are not told that they are.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

import aiohttp

from myapp.application.ports import Clock
from myapp.application.snapshot import Snapshot, TodoSnapshot
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.webhook.cloud_event import cloud_event
from myapp.infrastructure.webhook.webhook_files import WebhookFiles
from myapp.infrastructure.webhook.webhook_request import Answer, send

_logger = logging.getLogger(__name__)

CAPACITY = 5_000
WORKERS = 8
TIMEOUT = timedelta(seconds=10)
GIVE_UP_AFTER = timedelta(minutes=15)
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_JITTER = 0.2
_MOST_DOUBLINGS = 10

_OF_A_WAIT = frozenset({NoticeKind.AWAITING_DECISION, NoticeKind.REMINDER, NoticeKind.EXPIRES_SOON})

#: How an event ended. What is ``dropped`` found no room.
Result = Literal["delivered", "refused", "gave_up", "obsolete", "dropped"]


class WebhookTelemetry(Protocol):
    """Counts what becomes of events."""

    def webhook_event(self, kind: NoticeKind, result: Result) -> None:
        """An event has come to its end."""
        ...

    def webhook_requested(self, code: str) -> None:
        """A request was answered with this status, or with ``error`` where there was no answer."""
        ...


@dataclass(slots=True, eq=False)
class _Delivery:
    key: TodoKey
    uid: str
    kind: NoticeKind
    body: bytes
    done: Callable[[bool], None]
    since: float
    failures: int = 0
    tried: bool = False
    over: bool = False


class WebhookChannel:
    """NoticeChannel over HTTP.

    ``awaits_people`` says whether a todo, by key and uid, still waits for people. ``elapsed`` is a clock that never
    goes back, ``random`` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        files: WebhookFiles,
        *,
        awaits_people: Callable[[TodoKey, str], bool],
        cluster: str,
        agent: str,
        clock: Clock,
        elapsed: Callable[[], float],
        random: Callable[[], float],
        telemetry: WebhookTelemetry,
        capacity: int = CAPACITY,
        timeout: timedelta = TIMEOUT,
        give_up_after: timedelta = GIVE_UP_AFTER,
    ) -> None:
        self._files = files
        self._awaits_people = awaits_people
        self._cluster = cluster
        self._agent = agent
        self._clock = clock
        self._elapsed = elapsed
        self._random = random
        self._telemetry = telemetry
        self._capacity = capacity
        self._timeout = timeout
        self._give_up_after = give_up_after.total_seconds()
        self._waiting: dict[tuple[str, NoticeKind], _Delivery] = {}
        self._ready: asyncio.Queue[_Delivery] = asyncio.Queue()
        self._all_tried = asyncio.Event()
        self._all_tried.set()
        self._untried = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, snapshot: Snapshot, notice: Notice, done: Callable[[bool], None]) -> None:
        """Deliver soon, if it is for people and there is room."""
        if notice.kind is NoticeKind.PROBLEM or not isinstance(snapshot, TodoSnapshot):
            done(True)
            return
        place = snapshot.uid, notice.kind
        older = self._waiting.get(place)
        if older is not None:
            self._end(older, "obsolete")
        elif len(self._waiting) >= self._capacity:
            self._telemetry.webhook_event(notice.kind, "dropped")
            _logger.warning("the webhook is too slow: %d events wait already, this one is dropped", self._capacity)
            done(False)
            return
        body = cloud_event(snapshot, notice, cluster=self._cluster, now=self._clock.now())
        delivery = self._waiting[place] = _Delivery(snapshot.key, *place, body, done, self._elapsed())
        self._untried += 1
        self._all_tried.clear()
        self._ready.put_nowait(delivery)

    async def run(self) -> None:
        """Deliver until cancelled."""
        session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._timeout.total_seconds()),
            headers={"User-Agent": self._agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,
        )
        async with session, asyncio.TaskGroup() as workers:
            for number in range(WORKERS):
                workers.create_task(self._work(session), name=f"webhook-{number}")

    async def flush(self, patience: timedelta) -> None:
        """Wait until each event was tried once, but not longer than this."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self._all_tried.wait()
        except TimeoutError:
            _logger.warning("%d events have not been sent to the webhook", self._untried)

    async def _work(self, session: aiohttp.ClientSession) -> None:
        while True:
            delivery = await self._ready.get()
            if delivery.over:
                continue
            if delivery.kind in _OF_A_WAIT and not self._awaits_people(delivery.key, delivery.uid):
                self._end(delivery, "obsolete", settled=False)  # where it waits again, it is due again
                continue
            answer = await send(session, self._files, delivery.body)
            self._telemetry.webhook_requested(answer.code)
            self._count_tried(delivery)
            if not delivery.over:
                self._judge(delivery, answer)

    def _judge(self, delivery: _Delivery, answer: Answer) -> None:
        if answer.result == "delivered":
            self._end(delivery, "delivered")
            return
        if answer.result == "refused":
            _logger.warning("the webhook refuses an event (%s): %s", delivery.kind, answer.why)
            self._end(delivery, "refused")
            return
        delivery.failures += 1
        pause = min(_FIRST_PAUSE * 2 ** min(delivery.failures - 1, _MOST_DOUBLINGS), _LONGEST_PAUSE)
        pause *= 1 - _JITTER * self._random()
        if answer.pause is not None:
            pause = max(pause, answer.pause.total_seconds())
        if self._elapsed() + pause - delivery.since > self._give_up_after:
            _logger.warning(
                "an event (%s) is given up after %d tries: %s", delivery.kind, delivery.failures, answer.why
            )
            self._end(delivery, "gave_up")
            return
        _logger.info("an event (%s) is tried again in %.0f s: %s", delivery.kind, pause, answer.why)
        asyncio.get_running_loop().call_later(pause, self._ready.put_nowait, delivery)

    def _count_tried(self, delivery: _Delivery) -> None:
        if delivery.tried:
            return
        delivery.tried = True
        self._untried -= 1
        if self._untried == 0:
            self._all_tried.set()

    def _end(self, delivery: _Delivery, result: Result, *, settled: bool = True) -> None:
        place = delivery.uid, delivery.kind
        if self._waiting.get(place) is delivery:
            del self._waiting[place]
        delivery.over = True
        self._count_tried(delivery)
        self._telemetry.webhook_event(delivery.kind, result)
        delivery.done(settled)
