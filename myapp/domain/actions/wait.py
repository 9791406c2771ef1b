"""``wait``: time passes. A duration counts while the todo is active and stands still while it is suspended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.actions.unattended import Unattended
from myapp.domain.duration import format_duration
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.moment import format_moment
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class Wait(Unattended):
    """Wait for a duration, or until a time: exactly one of the two is set."""

    duration: timedelta | None = None
    until: datetime | None = None

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.wait``. Raises InvalidTodoError unless exactly one of the two is given."""
        if fields.has("duration") == fields.has("until"):
            raise InvalidTodoError(
                "spec.wait", "both" if fields.has("until") else "neither", "one of duration and until"
            )
        return cls(fields.duration("duration"), fields.time("until"))

    @property
    def has_effect(self) -> bool:
        """No."""
        return False

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """Over as soon as its time has come."""
        over_at = self.until or view.active_since + view.stood_still + (self.duration or timedelta())
        if view.now < over_at:
            return Ongoing(Reason.WAITING, f"waits until {format_moment(over_at)}", over_at)
        waited = f"waited {format_duration(self.duration)}" if self.duration is not None else "the time has come"
        return Ended(Phase.SUCCEEDED, Reason.COMPLETED, waited, max(over_at, view.active_since))
