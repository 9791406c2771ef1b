"""What remains to be said when the release has ended."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from deploy.demo.errors import DemoError
from deploy.demo.release import ReleaseTodo
from deploy.demo.view import TITLE, release_table


def summary(todos: Sequence[ReleaseTodo], writes: Counter[str] | None, now: datetime) -> RenderableType:
    """The end state, who decided, how long it took, and what it cost the API server (None: no audit log at hand)."""
    phases = Counter(todo.phase for todo in todos)
    lines = [
        f"{len(todos)} todos have ended: " + ", ".join(f"{number} {phase}" for phase, number in phases.most_common()),
        f"{_whole(todos).total_seconds():.0f} s from the creation of the first to the end of the last",
    ]
    lines += [f"{todo.name} was {todo.message}" for todo in todos if todo.decided_by]
    if writes is not None:
        status = writes["todos/status"]
        lines.append(
            f"the operator's writes, as the API server counted them: todos {status} ({status / len(todos):.1f} each), "
            f"decisions {writes['tododecisions/status']}, events {writes['events']}"
        )
    heading = Text(TITLE, style="bold")
    return Group(heading, Text(), release_table(todos, now), Text(), *(Text(f"• {line}") for line in lines))


def check_end(todos: Sequence[ReleaseTodo], expected_deciders: set[str] | None) -> None:
    """Raises DemoError unless the release ended as the examples say: rolled out, announced, nothing failed."""
    phases = {todo.name: todo.phase for todo in todos}
    wrong = {name: phase for name, phase in phases.items() if phase not in ("Succeeded", "Skipped")}
    if wrong or phases.get("announce") != "Succeeded":
        found = ", ".join(f"{name} {phase}" for name, phase in (wrong or phases).items())
        raise DemoError(f"the release did not succeed: {found}")
    deciders = {name for todo in todos for name in todo.decided_by}
    if expected_deciders is not None and deciders != expected_deciders:
        raise DemoError(f"expected decisions of {sorted(expected_deciders)}, found {sorted(deciders) or 'none'}")


def _whole(todos: Sequence[ReleaseTodo]) -> timedelta:
    return max(todo.ended_at or todo.created for todo in todos) - min(todo.created for todo in todos)
