"""What the author of a todo wants people to be reminded of: ``spec.reminders``.

When that is, given what has become of the todo, stands in ``reminder_schedule``.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from myapp.domain.duration import format_duration
from myapp.domain.entry_fields import EntryFields

#: Nobody wants to hear of anything more often, and each reminder is a write.
SHORTEST = timedelta(minutes=1)
#: How many reminders before the due time there may be.
MOST_BEFORE_DUE = 8
_LONGEST_DEFAULT_LEAD = timedelta(hours=24)
_DEFAULT_PART = 10


@dataclass(frozen=True, slots=True)
class Reminders:
    """Regularly, before the due time, and before the timeout strikes."""

    every: timedelta | None = None
    before_due: tuple[timedelta, ...] = ()
    before_timeout: timedelta | None = None
    """None leaves it to the default; zero means no warning."""

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.reminders``. Raises InvalidTodoError."""
        every, before_timeout = fields.duration("every"), fields.duration("before_timeout")
        before_due = fields.durations("before_due")
        if every is not None and every < SHORTEST:
            raise fields.invalid("every", "at least 1m")
        if before_timeout is not None and timedelta() < before_timeout < SHORTEST:
            raise fields.invalid("before_timeout", "at least 1m, or 0s for no warning")
        if len(before_due) > MOST_BEFORE_DUE or any(lead < SHORTEST for lead in before_due):
            raise fields.invalid("before_due", f"at most {MOST_BEFORE_DUE} durations of at least 1m")
        return cls(every, before_due, before_timeout)


def read_reminders(fields: EntryFields, *, for_people: bool) -> Reminders | None:
    """Read ``spec.reminders`` beside what it refers to. Raises InvalidTodoError, also where it can mean nothing."""
    if not fields.has("reminders"):
        return None
    if not for_people:
        raise fields.invalid("reminders", "none: only what waits for people (manual, approval) reminds them")
    own, timeout = fields.within("reminders"), fields.duration("timeout")
    reminders = Reminders.create_from_fields(own)
    if reminders.before_due and not fields.has("due_time"):
        raise own.invalid("before_due", "none without spec.dueTime")
    if reminders.before_timeout and (timeout is None or reminders.before_timeout >= timeout):
        limit = (
            f"less than the timeout, {format_duration(timeout)}" if timeout is not None else "none without a timeout"
        )
        raise own.invalid("before_timeout", limit)
    return reminders


def warning_lead(reminders: Reminders | None, timeout: timedelta) -> timedelta | None:
    """How long before ``timeout`` strikes people are warned; None means not at all."""
    if reminders is not None and reminders.before_timeout is not None:
        return reminders.before_timeout or None
    lead = min(timeout / _DEFAULT_PART, _LONGEST_DEFAULT_LEAD)
    return lead if lead >= SHORTEST else None
