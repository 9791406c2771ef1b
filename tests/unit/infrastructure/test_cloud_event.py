"""The JSON of an event: all that CloudEvents 1.0 asks for, what a person needs, and nothing that is not theirs."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from yarl import URL

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.webhook.cloud_event import cloud_event
from tests.fakes.clock import START

REMINDER = Notice("Reminder", "waits for ann", NoticeKind.REMINDER, START + timedelta(hours=1), warning=False)


def snapshot(status: TodoStatus | None = None, **fields: object) -> TodoSnapshot:
    """A todo that waits for people."""
    data = {
        "id": "uid-1",
        "namespace": "shop",
        "name": "approve-rollout",
        "created_at": START,
        "generation": 1,
        "content": "Prüfe „Rollout“\nwith a password: hunter2",
        "assignees": [{"kind": "Group", "name": "sre"}],
        "tags": ["prod", "api"],
        "due_time": START + timedelta(hours=9),
    }
    waits = TodoStatus(
        1, Phase.ACTIVE, Reason.AWAITING_DECISION, "waits", 2, START, deadline=START + timedelta(hours=8)
    )
    return TodoSnapshot(TodoEntry.create_from_dict(data | fields), status or waits, "7")


def event(todo: TodoSnapshot, notice: Notice = REMINDER) -> dict[str, Any]:
    """The event as a receiver reads it."""
    parsed: dict[str, Any] = json.loads(cloud_event(todo, notice, cluster="prod-eu", now=START + timedelta(minutes=61)))
    return parsed


def test_it_is_a_cloud_event_with_what_a_person_needs() -> None:
    """All of it, so that nothing comes in unseen."""
    assert event(snapshot()) == {
        "specversion": "1.0",
        "id": "uid-1/2/reminder/2026-12-01T09:00:00Z",
        "source": "/clusters/prod-eu/namespaces/shop/todos/approve-rollout",
        "type": "dev.myapp.todo.reminder",
        "subject": "shop/approve-rollout",
        "time": "2026-12-01T09:01:00Z",
        "datacontenttype": "application/json",
        "data": {
            "namespace": "shop",
            "name": "approve-rollout",
            "uid": "uid-1",
            "title": "Prüfe „Rollout“",
            "message": "waits for ann",
            "phase": "Active",
            "reason": "AwaitingDecision",
            "attempt": 2,
            "priority": 0,
            "tags": ["api", "prod"],
            "assignees": [{"kind": "Group", "name": "sre"}],
            "dueTime": "2026-12-01T17:00:00Z",
            "deadline": "2026-12-01T16:00:00Z",
            "startTime": "2026-12-01T08:00:00Z",
            "commands": ["kubectl todo complete approve-rollout --namespace shop"],
        },
    }


def test_the_attributes_have_the_forms_that_the_specification_asks_for() -> None:
    """Names of lower-case letters and digits, a URI reference, a time of RFC 3339, nothing empty."""
    made = event(snapshot())

    assert all(name.isalnum() and name == name.lower() and len(name) <= 20 for name in made)
    assert all(made[name] for name in ("id", "source", "specversion", "type"))
    assert URL(made["source"]).path == made["source"]
    assert datetime.fromisoformat(made["time"]).tzinfo is not None


def test_an_approval_says_both_ways_to_vote_and_what_cannot_be_decided_says_none() -> None:
    """What can be done now: nothing of what is suspended or has ended."""
    ended = TodoStatus(1, Phase.FAILED, Reason.TIMED_OUT, "timed out", 1, START, completion_time=START)
    over = Notice("TimedOut", "timed out", NoticeKind.EXPIRED, START)

    assert event(snapshot(approval={}))["data"]["commands"] == [
        "kubectl todo approve approve-rollout --namespace shop",
        "kubectl todo reject approve-rollout --namespace shop",
    ]
    held = TodoStatus(1, Phase.ACTIVE, Reason.SUSPENDED, "suspended by spec.suspend", 1, START)
    assert event(snapshot(held), Notice("Overdue", "was due", NoticeKind.OVERDUE, START))["data"]["commands"] == []
    made = event(snapshot(ended), over)
    assert (made["type"], made["data"]["commands"]) == ("dev.myapp.todo.expired", [])
    assert made["data"]["completionTime"] == "2026-12-01T08:00:00Z"


@pytest.mark.parametrize(
    "other",
    [
        Notice("Reminder", "waits for ann", NoticeKind.REMINDER, START + timedelta(hours=2), warning=False),
        Notice("ExpiresSoon", "times out", NoticeKind.EXPIRES_SOON, START + timedelta(hours=1)),
    ],
)
def test_the_id_tells_news_apart_and_nothing_else(other: Notice) -> None:
    """Whatever was claimed or edited meanwhile, and whenever it is sent."""
    todo, later = snapshot(), snapshot(priority=9)
    said_otherwise = Notice("Reminder", "waits for bob", NoticeKind.REMINDER, REMINDER.moment, warning=False)

    assert event(todo)["id"] == event(later, said_otherwise)["id"]
    assert event(todo)["id"] != event(todo, other)["id"]
