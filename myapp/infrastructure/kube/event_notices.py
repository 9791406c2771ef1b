"""Posts notices as Kubernetes Events (events.k8s.io/v1), for ``kubectl describe`` and ``kubectl events``.

The name of an Event follows from what it says, so a repeat, also one after a restart, adds to the count of the Event
that is there; a repeat of a reminder adds nothing, because it is the same reminder. Within ten minutes the same notice
is not repeated at all. A notice that cannot be posted is dropped: the status is the record.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.ports import Clock
from myapp.application.run_snapshot import RunSight, RunSnapshot, UnreadableRun
from myapp.application.snapshot import Snapshot
from myapp.domain.plan import Notice
from myapp.infrastructure.kube.kube_client import MERGE_PATCH, KubeClient
from myapp.infrastructure.kube.resource_paths import API_VERSION

_logger = logging.getLogger(__name__)
_QUIET_SECONDS = 600.0
_REMEMBERED = 10_000
_WAITING = 1_000
_LONGEST_NOTE = 1024
_LONGEST_NAME = 253


#: What an Event can be about.
About = Snapshot | RunSight


class EventNotices:
    """NoticeChannel and RunNoticeBoard over the API. ``instance`` names this process (the pod)."""

    def __init__(self, client: KubeClient, clock: Clock, *, controller: str, instance: str) -> None:
        self._client = client
        self._clock = clock
        self._controller = controller
        self._instance = instance
        self._waiting: asyncio.Queue[tuple[About, Notice, datetime, Callable[[bool], None]]] = asyncio.Queue(_WAITING)
        self._posted: OrderedDict[str, datetime] = OrderedDict()

    def publish(self, snapshot: RunSight, notice: Notice) -> None:
        """Post a notice about a run, if it can be."""
        self.offer(snapshot, notice, lambda _: None)

    def offer(self, snapshot: About, notice: Notice, done: Callable[[bool], None]) -> None:
        """Post soon, unless it is no Event, was posted a short while ago, or too many wait."""
        name, now = _name(snapshot, notice), self._clock.now()
        posted = self._posted.get(name)
        if not notice.event or (posted is not None and (now - posted).total_seconds() < _QUIET_SECONDS):
            done(True)
            return
        if self._waiting.full():
            done(False)
            return
        self._posted[name] = now
        if len(self._posted) > _REMEMBERED:
            self._posted.popitem(last=False)
        self._waiting.put_nowait((snapshot, notice, now, done))

    async def run(self) -> None:
        """Post what waits, one at a time, until cancelled."""
        while True:
            snapshot, notice, moment, done = await self._waiting.get()
            try:
                await self._post(snapshot, notice, moment)
            except ApiUnavailableError as error:
                _logger.warning("an Event could not be posted: %s", error)
                self._posted.pop(_name(snapshot, notice), None)
                done(False)
            except ApiRefusedError as error:
                _logger.warning("an Event could not be posted, and will not be: %s", error)
                done(True)
            else:
                done(True)

    async def _post(self, snapshot: About, notice: Notice, moment: datetime) -> None:
        name, time = _name(snapshot, notice), moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        path = f"/apis/events.k8s.io/v1/namespaces/{snapshot.key.namespace}/events"
        answer = await self._client.request("POST", path, body=self._event(snapshot, notice, name, time))
        if not answer.conflict or notice.recorded_once_sent:
            return
        series = (await self._client.request("GET", f"{path}/{name}")).body.get("series") or {"count": 1}
        repeat = {"series": {"count": series["count"] + 1, "lastObservedTime": time}}
        await self._client.request("PATCH", f"{path}/{name}", body=repeat, content_type=MERGE_PATCH)

    def _event(self, snapshot: About, notice: Notice, name: str, time: str) -> dict[str, Any]:
        return {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": snapshot.key.namespace},
            "eventTime": time,
            "type": "Warning" if notice.warning else "Normal",
            "reason": notice.reason,
            "action": "Reconcile",
            "note": notice.message[:_LONGEST_NOTE],
            "reportingController": self._controller,
            "reportingInstance": self._instance,
            "regarding": {
                "apiVersion": API_VERSION,
                "kind": "TodoWorkflow" if isinstance(snapshot, RunSnapshot | UnreadableRun) else "Todo",
                "namespace": snapshot.key.namespace,
                "name": snapshot.key.name,
                "uid": snapshot.uid,
                "resourceVersion": snapshot.version,
            },
        }


def _name(snapshot: About, notice: Notice) -> str:
    told = notice.moment.isoformat() if notice.recorded_once_sent and notice.moment else notice.message
    digest = hashlib.sha256(f"{snapshot.uid} {notice.reason} {told}".encode()).hexdigest()[:16]
    return f"{snapshot.key.name[: _LONGEST_NAME - len(digest) - 1]}.{digest}"
