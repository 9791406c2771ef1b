"""A notice as a CloudEvent 1.0 in structured mode: one JSON object that any HTTP receiver can read.

It says what a person needs to act, in words and as a command. Of the content only the title is in it, and
nothing of what people have filled in or said.
"""

import json
from datetime import datetime
from typing import Any

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.decision import DecisionAction
from myapp.domain.moment import format_moment
from myapp.domain.plan import Notice
from myapp.domain.todo_phase import Reason

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE_PREFIX = "dev.myapp.todo."
_ACTS = (DecisionAction.COMPLETE, DecisionAction.APPROVE, DecisionAction.REJECT)


def event_id(snapshot: TodoSnapshot, notice: Notice) -> str:
    """The same for every delivery of the same news, whichever process sends it."""
    moment = format_moment(notice.moment) if notice.moment is not None else "-"
    return f"{snapshot.uid}/{snapshot.status.attempt}/{notice.kind}/{moment}"


def source_of(snapshot: TodoSnapshot, cluster: str) -> str:
    """The todo, as a URI reference: names of objects need no escapes, and that of the cluster has none to need them."""
    return f"/clusters/{cluster}/namespaces/{snapshot.key.namespace}/todos/{snapshot.key.name}"


def cloud_event(snapshot: TodoSnapshot, notice: Notice, *, cluster: str, now: datetime) -> bytes:
    """The body of the request."""
    event = {
        "specversion": "1.0",
        "id": event_id(snapshot, notice),
        "source": source_of(snapshot, cluster),
        "type": f"{TYPE_PREFIX}{notice.kind}",
        "subject": str(snapshot.key),
        "time": format_moment(now),
        "datacontenttype": "application/json",
        "data": _data(snapshot, notice),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _data(snapshot: TodoSnapshot, notice: Notice) -> dict[str, Any]:
    todo, status, key = snapshot.todo, snapshot.status, snapshot.key
    times = {
        "dueTime": todo.due_time,
        "deadline": status.deadline,
        "startTime": status.start_time,
        "completionTime": status.completion_time,
    }
    acts = [act for act in _ACTS if act in todo.action.accepts and status.reason is Reason.AWAITING_DECISION]
    return {
        "namespace": key.namespace,
        "name": key.name,
        "uid": snapshot.uid,
        "title": todo.title,
        "message": notice.message,
        "phase": status.phase,
        "reason": status.reason or "",
        "attempt": status.attempt,
        "priority": todo.priority,
        "tags": sorted(todo.tags),
        "assignees": [{"kind": assignee.kind, "name": assignee.name} for assignee in todo.assignees],
        **({"claimedBy": status.claimed_by} if status.claimed_by else {}),
        **{name: format_moment(moment) for name, moment in times.items() if moment is not None},
        "commands": [f"kubectl todo {act.lower()} {key.name} --namespace {key.namespace}" for act in acts],
    }
