"""The clock of an active todo: when its attempt started, and how long of the time since it stood still.

A timeout counts while an attempt is under way and stops while it is suspended (design 2.8). Everything is derived from
recorded values, so that an edit of the timeout, a restart or a repeated reconcile leads to the same deadline.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from myapp.domain.todo_status import TodoStatus


@dataclass(frozen=True, slots=True)
class ActiveClock:
    """Started, perhaps standing still since, and having stood still before."""

    started_at: datetime
    still_since: datetime | None = None
    stood_still: timedelta = timedelta()

    @classmethod
    def of(cls, status: TodoStatus, begins_at: datetime) -> Self:
        """The clock that a status records; one that starts at ``begins_at`` where the todo has not been active."""
        return cls(
            status.attempt_start_time or status.start_time or begins_at, status.suspend_time, status.suspended_for
        )

    def stopped(self, now: datetime) -> "ActiveClock":
        """Standing still from now on, or for longer already."""
        return self if self.still_since is not None else replace(self, still_since=now)

    def running(self, now: datetime) -> "ActiveClock":
        """Running, with the time that it stood still added up."""
        if self.still_since is None:
            return self
        return replace(self, still_since=None, stood_still=self.stood_still + max(now - self.still_since, timedelta()))

    def strikes_at(self, timeout: timedelta | None) -> datetime | None:
        """When the timeout is used up; never without one, and not while standing still."""
        if timeout is None or self.still_since is not None:
            return None
        return self.started_at + timeout + self.stood_still
