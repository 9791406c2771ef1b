"""When the status of a run is written that says no more than how far its steps are.

A write for each step would cost as much as the steps themselves. So steps that follow each other quickly are told
together, what stands still is told, and so is whom the run waits for. Where the API server is slow to answer, its steps
follow each other slowly too: they are told together all the same, else telling of them would make them slower still.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_status import RunStatus, StepStatus

#: How long nothing has to happen for it to be written: a step that takes longer is seen to be under way.
QUIET = timedelta(seconds=5)
#: So many times as long as the last write took, if that is longer, and at most so long.
PATIENCE = 100
LONGEST_QUIET = timedelta(seconds=30)
#: How many news there are to be for them to be written while more happens: each step and each item has two at most.
MANY = 20


@dataclass(slots=True)
class _Pace:
    written_at: datetime
    quiet: timedelta
    quiet_at: datetime | None = None
    """When it is written if nothing happens until then."""


class WritePace:
    """Remembers of each run when it was written; ``interval`` is the least time between two writes."""

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval
        self._paces: dict[str, _Pace] = {}

    def due(self, uid: str, stored: RunStatus, after: RunStatus, now: datetime, *, is_new: bool) -> datetime:
        """When ``after`` is to be written over what is stored. ``is_new`` says that this was found out just now."""
        pace = self._paces.get(uid)
        if pace is None:
            return now  # somebody else has written it last
        if is_new:
            self.something_happens(uid, now)
        earliest = pace.written_at + self._interval
        waits = None if matters_soon(stored, after) else pace.quiet_at
        return max(now, earliest, waits or now)

    def something_happens(self, uid: str, now: datetime) -> datetime:
        """What will be seen with the next look: when that has to be, if nothing else happens."""
        pace = self._paces.get(uid)
        if pace is None:
            return now
        if pace.quiet_at is None or now < pace.quiet_at:
            pace.quiet_at = now + pace.quiet
        return max(now, pace.quiet_at, pace.written_at + self._interval)

    def written(self, uid: str, begun: datetime, now: datetime) -> None:
        """A status was written just now, which was begun then."""
        self._paces[uid] = _Pace(now, max(QUIET, min((now - begun) * PATIENCE, LONGEST_QUIET)))

    def forget(self, uid: str) -> None:
        """The run has ended, or is no more."""
        self._paces.pop(uid, None)


def matters_soon(stored: RunStatus, after: RunStatus) -> bool:
    """Whether there are many news, or news of people."""
    news = 0
    for old, new in zip(stored.steps, after.steps, strict=False):
        if old is new:
            continue
        if (old.reason == StepReason.AWAITING_DECISION) is not (new.reason == StepReason.AWAITING_DECISION):
            return True
        news += 1 + _items_ended(new) - _items_ended(old)
    return news >= MANY


def _items_ended(step: StepStatus) -> int:
    return step.items.ended if step.items is not None else 0
