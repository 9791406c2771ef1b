"""Gives notices to every channel: Kubernetes Events, and a webhook where there is one.

A reminder is in each plan until the status has its mark. Here each channel is given it until that has settled it; when
all have, it counts as sent. A channel that could not take it gets it again by a later plan; the others do not.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from myapp.application.ports import NoticeChannel
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.snapshot import Snapshot
from myapp.domain.plan import Notice, NoticeKind

#: How many reminders are kept that not every channel has settled. One that falls out is given to all channels again, as
#: the same reminder.
REMEMBERED = 20_000

_Told = tuple[str, NoticeKind, datetime | None]


@dataclass(slots=True)
class _Progress:
    """The channels that have a reminder in hand, and those that are done with it for good."""

    in_hand: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)


class Notifications:
    """NoticeBoard over channels."""

    def __init__(
        self, channels: Sequence[NoticeChannel], ledger: ReminderLedger, *, remembered: int = REMEMBERED
    ) -> None:
        self._channels = channels
        self._ledger = ledger
        self._remembered = remembered
        self._progress: OrderedDict[_Told, _Progress] = OrderedDict()

    def __len__(self) -> int:
        return len(self._progress)

    def publish(self, snapshot: Snapshot, notice: Notice) -> None:
        """Give it to all channels; of a reminder, to those that neither have nor had it."""
        if not notice.recorded_once_sent:
            for channel in self._channels:
                channel.offer(snapshot, notice, _nobody_waits)
            return
        progress = self._progress.setdefault((snapshot.uid, notice.kind, notice.moment), _Progress())
        if len(self._progress) > self._remembered:
            self._progress.popitem(last=False)
        waiting = [number for number in range(len(self._channels)) if number not in progress.in_hand | progress.settled]
        progress.in_hand.update(waiting)
        for number in waiting:
            self._channels[number].offer(snapshot, notice, partial(self._done, snapshot, notice, progress, number))

    def _done(self, snapshot: Snapshot, notice: Notice, progress: _Progress, number: int, settled: bool) -> None:
        progress.in_hand.discard(number)
        if settled:
            progress.settled.add(number)
        if len(progress.settled) == len(self._channels):
            self._progress.pop((snapshot.uid, notice.kind, notice.moment), None)
            self._ledger.sent(snapshot, notice)


def _nobody_waits(_settled: bool) -> None:
    """What is told once is never offered again."""
