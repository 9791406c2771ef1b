"""The course of one Todo: its attempts that are over, and the reminders that people got and will get. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from myapp.cli.todo.age import until
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.duration import parse_duration
from myapp.domain.reminder_schedule import ReminderSchedule
from myapp.domain.reminders import Reminders, warning_lead


@dataclass(frozen=True, slots=True)
class Reminding:
    """The latest reminder, the deadline that people were warned of, and when they hear of the Todo next."""

    last: datetime | None
    warned_of: datetime | None
    next: datetime | None

    def told(self, now: datetime) -> list[str]:
        """Each as half a sentence."""
        return [
            *([f"people were reminded {until(self.last, now)}"] if self.last else []),
            *([f"people were warned that it times out {until(self.warned_of, now)}"] if self.warned_of else []),
            *([f"people are reminded {until(self.next, now)}"] if self.next else []),
        ]


def reminding(todo: TodoView, now: datetime) -> Reminding:
    """What its status and its spec say; nothing comes next where no person is waited for."""
    status = todo.status
    last, warned, deadline = (_time(status.get(name)) for name in ("lastReminderTime", "warnedDeadline", "deadline"))
    since = _time(status.get("attemptStartTime")) or todo.started
    if since is None or not todo.awaits_a_person:
        return Reminding(last, warned, None)
    wanted, due = _reminders(todo.spec.get("reminders") or {}), todo.due if todo.due and todo.due > now else None
    lead = warning_lead(wanted, parse_duration(todo.spec["timeout"])) if todo.spec.get("timeout") else None
    schedule = ReminderSchedule(
        since=since,
        sent_until=max(last or since, since),
        every=wanted.every,
        before_due=tuple(due - ahead for ahead in wanted.before_due) if due else (),
        warn_at=deadline - lead if deadline and lead and warned != deadline else None,
        deadline=deadline,
    )
    return Reminding(last, warned, schedule.upcoming(now))


def attempts(todo: TodoView) -> Sequence[Mapping[str, Any]]:
    """Those that are over, the oldest first, by the API's names."""
    return todo.status.get("attempts") or ()


def attempts_told(todo: TodoView, now: datetime) -> list[str]:
    """Each as half a sentence with its reason."""
    return [
        f"attempt {over['attempt']} ended {until(_time(over.get('completionTime')), now)}: {_why(over)}"
        for over in attempts(todo)
    ]


def present_attempt(todo: TodoView) -> str:
    """`2 of 3`; "" where there is one attempt and no more."""
    most, attempt = (todo.spec.get("retry") or {}).get("maxAttempts"), todo.status.get("attempt")
    if not attempt or not (most or attempts(todo)):
        return ""
    return f"{attempt} of {most}" if most and attempt <= most else str(attempt)


def _why(over: Mapping[str, Any]) -> str:
    reason, message = over.get("reason", ""), over.get("message", "")
    return f"{reason}, {message}" if message else reason


def _reminders(spec: Mapping[str, Any]) -> Reminders:
    every, before = spec.get("every"), spec.get("beforeTimeout")
    return Reminders(
        every=_duration(every),
        before_due=tuple(parse_duration(each) for each in spec.get("beforeDue") or ()),
        before_timeout=_duration(before),
    )


def _duration(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
