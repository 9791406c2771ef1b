"""spec.reminders as its author may write it, and when people are warned by default."""

from datetime import timedelta

import pytest

from myapp.domain.errors import InvalidTodoError
from myapp.domain.reminders import Reminders, warning_lead
from myapp.domain.todo_entry import TodoEntry
from tests.unit.domain.builders import at, fields, todo

HOUR = timedelta(hours=1)


def test_all_fields_are_read() -> None:
    """Beside the due time and the timeout that they refer to."""
    entry = todo(
        due_time=at(10**6),
        timeout="72h",
        reminders={"every": "24h", "before_due": ["24h", "1m"], "before_timeout": "2h"},
    )

    assert entry.reminders == Reminders(24 * HOUR, (24 * HOUR, timedelta(minutes=1)), 2 * HOUR)
    assert todo(reminders={}).reminders == Reminders()
    assert todo().reminders is None
    assert todo(approval={}, reminders={"every": "1m"}).reminders is not None


@pytest.mark.parametrize(
    ("spec", "field", "allowed"),
    [
        ({"reminders": {"every": "59s"}}, "spec.reminders.every", "at least 1m"),
        ({"reminders": {"every": "1d"}}, "spec.reminders.every", "a duration such as 90s"),
        ({"reminders": {"every": 60}}, "spec.reminders.every", "a duration such as 90s"),
        ({"reminders": "24h"}, "spec.reminders", "an object"),
        ({"reminders": {"before_due": ["1h"]}}, "spec.reminders.beforeDue", "none without spec.dueTime"),
        ({"reminders": {"before_due": ["1h", "30s"]}, "due_time": at(9)}, "spec.reminders.beforeDue", "at least 1m"),
        ({"reminders": {"before_due": ["1h", "soon"]}, "due_time": at(9)}, "spec.reminders.beforeDue", "such as 90s"),
        ({"reminders": {"before_due": ["1h"] * 9}, "due_time": at(9)}, "spec.reminders.beforeDue", "at most 8"),
        ({"reminders": {"before_due": "1h"}, "due_time": at(9)}, "spec.reminders.beforeDue", "a list"),
        ({"reminders": {"before_timeout": "1h"}}, "spec.reminders.beforeTimeout", "none without a timeout"),
        ({"reminders": {"before_timeout": "1h"}, "timeout": "1h"}, "spec.reminders.beforeTimeout", "the timeout, 1h"),
        ({"reminders": {"before_timeout": "30s"}, "timeout": "1h"}, "spec.reminders.beforeTimeout", "0s for no"),
        ({"reminders": {}, "wait": {"duration": "1h"}}, "spec.reminders", "what waits for people"),
    ],
)
def test_what_does_not_fit_is_named(spec: dict[str, object], field: str, allowed: str) -> None:
    """The field, and what it may be."""
    with pytest.raises(InvalidTodoError) as caught:
        TodoEntry.create_from_dict(fields(**spec))

    assert caught.value.field == field
    assert allowed in str(caught.value)


@pytest.mark.parametrize(
    ("timeout", "lead"),
    [("1000h", 24 * HOUR), ("240h", 24 * HOUR), ("72h", 7.2 * HOUR), ("10m", HOUR / 60), ("9m", None), ("1s", None)],
)
def test_the_default_warning_is_a_tenth_but_a_day_at_most_and_none_within_a_minute(
    timeout: str, lead: timedelta | None
) -> None:
    """Bounded by the timeout's length, without anybody asking for it."""
    entry = todo(timeout=timeout, reminders={"every": "1h"})
    assert entry.timeout is not None

    assert warning_lead(None, entry.timeout) == warning_lead(entry.reminders, entry.timeout) == lead


def test_the_warning_can_be_set_and_be_turned_off() -> None:
    """The field has the last word."""
    assert warning_lead(Reminders(before_timeout=HOUR), 2 * HOUR) == HOUR
    assert warning_lead(Reminders(before_timeout=timedelta()), 200 * HOUR) is None
