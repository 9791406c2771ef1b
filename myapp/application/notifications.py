"""Gives notices to every channel: Kubernetes Events, and a webhook where there is one.

A reminder is in each plan until the status has its mark. Here it is given to the channels once, and counts as sent when
all of them are done with it; where one could not take it, all get it again by a later plan, and know it by its moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from myapp.application.ports import NoticeChannel
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.snapshot import Snapshot
from myapp.domain.plan import Notice, NoticeKind

_Told = tuple[str, NoticeKind, datetime | None]


class Notifications:
    """NoticeBoard over channels."""

    def __init__(self, channels: Sequence[NoticeChannel], ledger: ReminderLedger) -> None:
        self._channels = channels
        self._ledger = ledger
        self._under_way: dict[_Told, _UnderWay] = {}

    def publish(self, snapshot: Snapshot, notice: Notice) -> None:
        """Give it to all channels, unless it is a reminder that they have already."""
        if not notice.recorded_once_sent:
            for channel in self._channels:
                channel.offer(snapshot, notice, _nobody_waits)
            return
        told = snapshot.uid, notice.kind, notice.moment
        if told in self._under_way:
            return
        self._under_way[told] = _UnderWay(len(self._channels))
        for channel in self._channels:
            channel.offer(snapshot, notice, partial(self._done, snapshot, notice))

    def _done(self, snapshot: Snapshot, notice: Notice, settled: bool) -> None:
        told = snapshot.uid, notice.kind, notice.moment
        under_way = self._under_way[told]
        under_way.channels -= 1
        under_way.settled &= settled
        if under_way.channels:
            return
        del self._under_way[told]
        if under_way.settled:
            self._ledger.sent(snapshot, notice)


@dataclass(slots=True)
class _UnderWay:
    """How many channels are not done with a reminder, and whether those that are have settled it."""

    channels: int
    settled: bool = True


def _nobody_waits(_settled: bool) -> None:
    """What is told once is never offered again."""
