"""When people are to be told again that a todo waits for them, and what of that has been done.

Pure: everything follows from recorded times, so that a restart, a repeated reconcile or a long absence of the operator
changes nothing but how late a reminder comes. A reminder stays due until the status has a mark of it; who sends it, and
when it counts as sent, is not decided here.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from myapp.domain.moment import earliest, format_moment, to_millisecond
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.reminders import warning_lead
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus

#: How soon a reminder that could not be given to anybody is tried again.
TRY_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReminderSchedule:
    """The reminders of a todo that waits for people."""

    since: datetime
    """When it began to wait."""
    sent_until: datetime
    """Reminders up to this moment have been sent, or lie before the wait."""
    every: timedelta | None = None
    before_due: tuple[datetime, ...] = ()
    warn_at: datetime | None = None
    """When to warn of a deadline; None where there is nothing to warn of, or no more."""
    deadline: datetime | None = None

    @classmethod
    def of(cls, situation: Situation, verdict: Verdict) -> "ReminderSchedule | None":
        """The schedule of a todo of which ``verdict`` says that it waits for people; None for any other."""
        if verdict.phase is not Phase.ACTIVE or verdict.reason is not Reason.AWAITING_DECISION:
            return None
        todo, status, since = situation.todo, situation.status, situation.clock.started_at
        reminders, deadline = todo.reminders, situation.deadline
        lead = warning_lead(reminders, todo.timeout) if todo.timeout is not None else None
        warn = deadline is not None and lead is not None and status.warned_deadline != deadline
        due = todo.due_time if todo.due_time is not None and situation.now < todo.due_time else None
        return cls(
            since=since,
            sent_until=max(status.last_reminder_time or since, since),
            every=reminders.every if reminders else None,
            before_due=tuple(due - ahead for ahead in reminders.before_due) if reminders and due else (),
            warn_at=to_millisecond(deadline - lead) if warn and deadline and lead else None,
            deadline=deadline,
        )

    def first_open(self) -> datetime | None:
        """The first moment of which no mark says that it was seen to; it may lie in the past."""
        return earliest(self._first_after(self.sent_until), self.warn_at)

    def due(self, now: datetime) -> tuple[tuple[NoticeKind, datetime], ...]:
        """What is to be sent now: a warning with the deadline that it is about, the latest reminder with its moment."""
        warned = self.warn_at is not None and self.warn_at <= now
        passed = [moment for moment in (*self.before_due, self._latest_regular(now)) if self.sent_until < moment <= now]
        return (
            *([(NoticeKind.EXPIRES_SOON, self.deadline)] if warned and self.deadline else []),
            *([(NoticeKind.REMINDER, max(passed))] if passed else []),
        )

    def upcoming(self, now: datetime) -> datetime | None:
        """When something of it becomes due, or is to be tried again."""
        warn_at = self.warn_at if self.warn_at is not None and self.warn_at > now else None
        again = now + TRY_AGAIN_AFTER if self.due(now) else None
        return earliest(self._first_after(max(now, self.since)), warn_at, again)

    def _latest_regular(self, now: datetime) -> datetime:
        return self.since + (now - self.since) // self.every * self.every if self.every else self.since

    def _first_after(self, moment: datetime) -> datetime | None:
        regular = self.since + ((moment - self.since) // self.every + 1) * self.every if self.every else None
        return earliest(regular, *(before for before in self.before_due if before > moment))


def reminder_notices(schedule: ReminderSchedule, situation: Situation, message: str) -> tuple[Notice, ...]:
    """The notices of what is due; ``message`` says whom the todo waits for."""
    due, deadline = situation.todo.due_time, schedule.deadline
    facts = (
        message,
        f"due at {format_moment(due)}" if due is not None else "",
        f"times out at {format_moment(deadline)}" if deadline is not None else "",
    )
    told = "; ".join(filter(None, facts))
    return tuple(
        Notice("ExpiresSoon", f"times out at {format_moment(moment)}: {message}", kind, moment)
        if kind is NoticeKind.EXPIRES_SOON
        else Notice("Reminder", told, kind, moment, warning=False)
        for kind, moment in schedule.due(situation.now)
    )


def marked(status: TodoStatus, kind: NoticeKind, moment: datetime) -> TodoStatus:
    """The status that says that this reminder was sent. Marks never go back."""
    if kind is NoticeKind.EXPIRES_SOON:
        return replace(status, warned_deadline=moment)
    latest = max(moment, status.last_reminder_time or moment)
    return replace(status, last_reminder_time=latest) if kind is NoticeKind.REMINDER else status
