"""What has happened to a Todo so far: attempts with their reasons, reminders given and to come."""

from datetime import UTC, datetime
from typing import Any

import pytest

from myapp.cli.todo.course import Reminding, present_attempt, reminding
from myapp.cli.todo.description import describe
from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.why import blocking_chain
from tests.unit.cli.todo.fake_cluster import todo

NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
BEGAN = "2026-12-01T08:00:00Z"
WAITS: dict[str, Any] = {"phase": "Active", "reason": "AwaitingDecision", "startTime": BEGAN}
FIRST = {
    "attempt": 1,
    "reason": "TimedOut",
    "message": "timed out at 2026-12-02T07:00:00Z",
    "startTime": BEGAN,
    "completionTime": "2026-12-02T07:00:00Z",
    "retryTime": "2026-12-02T07:10:00Z",
}


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A time of the days around now."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(todo(**WAITS), Reminding(None, None, None), id="none"),
        pytest.param(
            todo(spec={"reminders": {"every": "24h"}}, **WAITS, lastReminderTime="2026-12-02T08:00:00Z"),
            Reminding(at(8), None, at(8, day=3)),
            id="regularly",
        ),
        pytest.param(
            todo(spec={"reminders": {"beforeDue": ["4h", "30m"]}, "dueTime": "2026-12-02T12:00:00Z"}, **WAITS),
            Reminding(None, None, at(9, 1)),
            id="late-and-tried-again",
        ),
        pytest.param(
            todo(
                spec={"reminders": {"beforeDue": ["4h", "30m"]}, "dueTime": "2026-12-02T12:00:00Z"},
                **WAITS,
                lastReminderTime="2026-12-02T08:00:00Z",
            ),
            Reminding(at(8), None, at(11, 30)),
            id="before-it-is-due",
        ),
        pytest.param(
            todo(spec={"timeout": "50h"}, **WAITS, deadline="2026-12-03T10:00:00Z"),
            Reminding(None, None, at(5, day=3)),
            id="warning-by-default",
        ),
        pytest.param(
            todo(
                spec={"timeout": "26h"},
                **WAITS,
                deadline="2026-12-02T10:00:00Z",
                warnedDeadline="2026-12-02T10:00:00Z",
            ),
            Reminding(None, at(10), None),
            id="warned",
        ),
        pytest.param(
            todo(spec={"reminders": {"every": "1h"}}, **WAITS | {"reason": "Suspended"}, lastReminderTime=BEGAN),
            Reminding(at(8, day=1), None, None),
            id="suspended",
        ),
    ],
)
def test_reminders_given_and_next(found: TodoView, expected: Reminding) -> None:
    """As the operator reckons them."""
    assert reminding(found, NOW) == expected


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (todo(attempt=1), ""),
        (todo(spec={"retry": {"maxAttempts": 3}}, attempt=2), "2 of 3"),
        (todo(attempt=2, attempts=[FIRST]), "2"),
        (todo(spec={"retry": {"maxAttempts": 3}}, attempt=4, attempts=[FIRST]), "4"),
    ],
)
def test_which_attempt_it_is(found: TodoView, told: str) -> None:
    """Where there may be several; a person's Retry goes beyond what the spec allows."""
    assert present_attempt(found) == told


def second_attempt() -> TodoView:
    """A Todo whose first attempt has timed out."""
    return todo(
        spec={"retry": {"maxAttempts": 3}, "reminders": {"every": "1h"}},
        **WAITS,
        attempt=2,
        attemptStartTime="2026-12-02T07:10:00Z",
        attempts=[FIRST],
        lastReminderTime="2026-12-02T08:10:00Z",
    )


def test_show_has_attempts_and_reminders() -> None:
    """Each attempt with its reason and message."""
    lines = describe(second_attempt(), {}, [], NOW)

    assert "Attempt:    2 of 3" in lines
    assert lines[lines.index("Reminders:") + 1 :][:2] == [
        "  people were reminded 50m ago",
        "  people are reminded in 10m",
    ]
    header, row = lines[lines.index("Attempts:") + 1 :][:2]
    assert header.split() == ["ATTEMPT", "BEGAN", "ENDED", "REASON", "MESSAGE"]
    assert row.split(maxsplit=4) == ["1", BEGAN, "2026-12-02T07:00:00Z", "TimedOut", FIRST["message"]]


def test_why_tells_them_of_a_root() -> None:
    """What merely waits for it says nothing of the kind."""
    last = todo("last", spec={"dependsOn": [{"name": "approve"}]}, phase="Pending", reason="WaitingForDependency")

    waiting, root = blocking_chain(last, {"approve": second_attempt()}, NOW)

    assert waiting.course == ()
    assert root.course == (
        "attempt 1 ended 120m ago: TimedOut, timed out at 2026-12-02T07:00:00Z",
        "people were reminded 50m ago",
        "people are reminded in 10m",
    )
