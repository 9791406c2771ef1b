"""One row of the demo: a step of the run, with what its Todo has to say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_ENDED = ("Succeeded", "Failed", "Skipped", "Cancelled")


@dataclass(frozen=True, slots=True)
class ReleaseTodo:
    """`name` is the step's; of a step for each item that of the item. `phase` is "" until the operator has seen it.

    `todo` is the name of its Todo, "" as long as there is none; then it has no times.
    """

    name: str
    phase: str
    reason: str
    message: str
    waits_for: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    todo: str = ""
    created: datetime | None = None
    started: datetime | None = None
    ended_at: datetime | None = None
    outputs: Mapping[str, object] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.phase in _ENDED

    @property
    def awaits_person(self) -> bool:
        return self.phase == "Active" and self.reason == "AwaitingDecision"

    @property
    def took(self) -> timedelta | None:
        """How long it was Active, None unless it was and has ended."""
        return self.ended_at - self.started if self.ended_at and self.started else None


def rows_of(run: Mapping[str, Any], todos: Sequence[Mapping[str, Any]]) -> tuple[ReleaseTodo, ...]:
    """The steps in the order of the template, each with its Todo, or its items'."""
    name = run["metadata"]["name"]
    by_step: dict[str, list[Mapping[str, Any]]] = {}
    for todo in sorted(todos, key=lambda item: str(item["metadata"]["name"])):
        step = todo["metadata"]["name"].removeprefix(f"{name}.").partition(".")[0]
        by_step.setdefault(step, []).append(todo)
    rows: list[ReleaseTodo] = []
    for step in (run.get("status") or {}).get("steps") or ():
        own = [_row(todo, todo["metadata"]["name"].removeprefix(f"{name}.")) for todo in by_step.get(step["name"], ())]
        rows += own or [_without_todo(step)]
    return tuple(rows)


def _without_todo(step: Mapping[str, Any]) -> ReleaseTodo:
    return ReleaseTodo(step["name"], step.get("phase", ""), step.get("reason", ""), step.get("message", ""))


def _row(item: Mapping[str, Any], name: str) -> ReleaseTodo:
    spec, status = item["spec"], item.get("status") or {}
    return ReleaseTodo(
        name=name,
        phase=status.get("phase", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        waits_for=tuple(f"{one['kind'].lower()} {one['name']}" for one in spec.get("assignees") or []),
        decided_by=tuple(decision["username"] for decision in status.get("decisions") or []),
        todo=item["metadata"]["name"],
        created=datetime.fromisoformat(item["metadata"]["creationTimestamp"]),
        started=_time(status.get("startTime")),
        ended_at=_time(status.get("completionTime")),
        outputs=status.get("outputs") or {},
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
