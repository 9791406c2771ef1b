"""One Todo in words, in the form of `kubectl describe`. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from myapp.cli.todo.age import age, until
from myapp.cli.todo.cluster import DecisionRecord
from myapp.cli.todo.course import attempts, present_attempt, reminding
from myapp.cli.todo.fit import Target
from myapp.cli.todo.table import one_line, table
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.decision import DecisionOutcome
from myapp.domain.todo_status import UNPROVEN

_WORDS = {
    ("Ready", "True"): "is accepted, and nothing is wrong with it",
    ("Ready", "False"): "is not ready",
    ("Reconciling", "True"): "is under way",
    ("Stalled", "True"): "cannot go on",
    ("Complete", "True"): "has ended well",
    ("Failed", "True"): "has failed",
    ("Overdue", "True"): "is overdue",
}
_FIELDS = (
    ("Claimed by", "claimedBy"),
    ("Requester", "requester"),
)
_TIMES = (
    ("Started", "status", "startTime"),
    ("Not before", "spec", "startTime"),
    ("Due", "spec", "dueTime"),
    ("Deadline", "status", "deadline"),
    ("Next change", "status", "nextTransitionTime"),
    ("Ended", "status", "completionTime"),
)


def describe(
    todo: TodoView, dependencies: Mapping[str, TodoView], decisions: Sequence[DecisionRecord], now: datetime
) -> list[str]:
    """The lines."""
    return [
        *_fields(todo, now),
        *section("Content", [one_line(line) for line in todo.spec.get("content", "").strip().splitlines()]),
        *section("Conditions", conditions(todo.status, now)),
        *section("Reminders", reminding(todo, now).told(now)),
        *section("Attempts", _attempts(todo)),
        *section("Dependencies", _dependencies(todo, dependencies)),
        *section("Form", _form(todo)),
        *section(
            "Outputs", [f"{name}: {json.dumps(value)}" for name, value in (todo.status.get("outputs") or {}).items()]
        ),
        *section("History", history(todo, _requester(todo))),
        *section("Not judged yet", decided([made for made in decisions if not made.outcome])),
        *section("Refused decisions", decided([made for made in decisions if made.outcome == DecisionOutcome.REFUSED])),
    ]


def _fields(todo: TodoView, now: datetime) -> Iterator[str]:
    return facts(
        ("Name", todo.name),
        ("Namespace", todo.namespace),
        ("State", todo.state),
        ("Action", _action(todo)),
        ("Assignees", ", ".join(todo.assignees)),
        ("Tags", ", ".join(todo.spec.get("tags") or ())),
        ("Priority", str(todo.priority or "")),
        *((title, str(todo.status.get(name, ""))) for title, name in _FIELDS),
        ("Attempt", present_attempt(todo)),
        ("Timeout", todo.spec.get("timeout", "")),
        *((title, moment(getattr(todo, part).get(name), now)) for title, part, name in _TIMES),
        ("Age", age(todo.created, now)),
    )


def facts(*found: tuple[str, str]) -> Iterator[str]:
    """A line for each fact that there is."""
    given = [(title, one_line(fact)) for title, fact in found if fact]
    width = max(len(title) for title, _ in given) + 1
    return (f"{f'{title}:'.ljust(width)}  {fact}" for title, fact in given)


def _action(todo: TodoView) -> str:
    if todo.action != "approval":
        return todo.action
    approval = todo.spec["approval"]
    approvers = [f"{entry['kind'].lower()} {entry['name']}" for entry in approval.get("approvers") or ()]
    return f"approval by {approval.get('minApprovals', 1)} of {', '.join(approvers) or 'those with the verb approve'}"


def moment(text: str | None, now: datetime) -> str:
    """A time with how far away it is."""
    return f"{text} ({until(datetime.fromisoformat(text), now)})" if text else ""


def conditions(status: Mapping[str, Any], now: datetime) -> list[str]:
    """Those that say something, each as half a sentence."""
    lines = []
    for condition in status.get("conditions") or ():
        words = _WORDS.get((condition["type"], condition["status"]))
        if words is None and condition["type"] in {kind for kind, _ in _WORDS}:
            continue
        since = age(datetime.fromisoformat(condition["lastTransitionTime"]), now)
        message = f": {condition['message']}" if condition.get("message") else ""
        known = words or f"{condition['type']} is {condition['status']}"
        lines.append(one_line(f"{known} (since {since}){message}"))
    return lines


def _dependencies(todo: TodoView, found: Mapping[str, TodoView]) -> list[str]:
    rows = [
        [name, found[name].state if name in found else "does not exist", " or ".join(accepted)]
        for name, accepted in todo.dependencies.items()
    ]
    return table(["NAME", "STATE", "GOES ON WITH"], rows) if rows else []


def _attempts(todo: TodoView) -> list[str]:
    rows = [
        [str(over["attempt"]), *(over.get(name, "") for name in ("startTime", "completionTime", "reason", "message"))]
        for over in attempts(todo)
    ]
    return table(["ATTEMPT", "BEGAN", "ENDED", "REASON", "MESSAGE"], rows) if rows else []


def _form(todo: TodoView) -> list[str]:
    form: dict[str, Any] = (todo.spec.get("manual") or {}).get("form") or {}
    needed = form.get("required") or ()
    rows = [
        [name, entry.get("type", "string"), "yes" if name in needed else "no", entry.get("default", ""), _help(entry)]
        for name, entry in (form.get("properties") or {}).items()
    ]
    return table(["NAME", "TYPE", "NEEDED", "DEFAULT", "WHAT"], rows) if rows else []


def _help(entry: Mapping[str, Any]) -> str:
    allowed = f"one of {', '.join(entry['enum'])}" if entry.get("enum") else ""
    return "; ".join(filter(None, (entry.get("title"), entry.get("description"), allowed)))


def _requester(todo: TodoView) -> str:
    """Who created it, as far as that is proven."""
    requester = str(todo.status.get("requester", ""))
    return "" if requester == UNPROVEN else requester


def history(target: Target, creator: str) -> list[str]:
    """What has happened, in its order: its stages, and between them the decisions that counted."""
    status = target.status
    ended = [status.get("completionTime", ""), "", target.phase, status.get("message", "")]
    rows = [
        [target.manifest["metadata"].get("creationTimestamp", ""), creator, "created", ""],
        [status.get("startTime", ""), "", "started", ""],
        *(
            [made.get("time", ""), made.get("username", ""), made.get("action", ""), made.get("message", "")]
            for made in status.get("decisions") or ()
        ),
        *([ended] if target.ended else []),
    ]
    dated = [row for row in rows if row[0]]
    return table(["WHEN", "WHO", "WHAT", "MESSAGE"], sorted(dated, key=lambda row: datetime.fromisoformat(row[0])))


def decided(decisions: Sequence[DecisionRecord]) -> list[str]:
    """The table of these decisions."""
    rows = [[made.time, made.username, made.action, made.message, made.reason, made.answer] for made in decisions]
    return table(["WHEN", "WHO", "WHAT", "MESSAGE", "REASON", "ANSWER"], rows) if rows else []


def section(title: str, lines: Sequence[str]) -> list[str]:
    """A titled part; nothing where there is nothing to say."""
    return [f"{title}:", *(f"  {line}" for line in lines)] if lines else []
