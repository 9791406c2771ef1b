"""What remains to be said when the release has ended."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from deploy.demo.api_writes import OperatorWrites
from deploy.demo.errors import DemoError
from deploy.demo.release import FAILING, LAST
from deploy.demo.release_todo import ReleaseTodo
from deploy.demo.view import TITLE, release_table


def summary(
    todos: Sequence[ReleaseTodo], announcements: Sequence[str], writes: OperatorWrites | None, now: datetime
) -> RenderableType:
    """The end state, what came of it, and the writes that it took (None where nobody counted them)."""
    phases = Counter(todo.phase for todo in todos)
    lines = [
        f"{len(todos)} steps have ended: " + ", ".join(f"{number} {phase}" for phase, number in phases.most_common()),
        f"{_whole(todos).total_seconds():.0f} s from the creation of the first to the end of the last",
    ]
    lines += [f"{todo.name} was {todo.message}" for todo in todos if todo.decided_by]
    lines += [f"{todo.name} gave {_outputs(todo)}" for todo in todos if todo.outputs]
    lines += [f"the chat was told: {announcement}" for announcement in announcements]
    lines += [f"{todo.name} failed{_meant(todo)}: {todo.message}" for todo in todos if todo.phase == "Failed"]
    if writes is not None:
        own, status = writes.own, writes.own["todos/status"]
        lines.append(
            f"the operator's writes, by the API server's count: {own['todos']} todos created, their status {status} "
            f"({status / max(1, own['todos']):.1f} each), the run's status {own['todoworkflows/status']}, "
            f"decisions {own['tododecisions/status']}, events {own['events']}"
        )
        lines += [
            f"what it did as {account}: " + ", ".join(f"{count} x {what}" for what, count in sorted(acts.items()))
            for account, acts in writes.acting_as.items()
        ]
    heading = Text(TITLE, style="bold")
    return Group(heading, Text(), release_table(todos, now), Text(), *(Text(f"• {line}") for line in lines))


def check_end(todos: Sequence[ReleaseTodo], expected_deciders: set[str] | None) -> None:
    """Raises DemoError unless the release ended as the examples say: announced, and only that failed which should."""
    phases = {todo.name: todo.phase for todo in todos}
    good = {FAILING: ("Failed",)}
    wrong = {name: phase for name, phase in phases.items() if phase not in good.get(name, ("Succeeded", "Skipped"))}
    if wrong or phases.get(LAST) != "Succeeded":
        found = ", ".join(f"{name} {phase}" for name, phase in (wrong or phases).items())
        raise DemoError(f"the release did not end as it should: {found}")
    deciders = {name for todo in todos for name in todo.decided_by}
    if expected_deciders is not None and deciders != expected_deciders:
        raise DemoError(f"expected decisions of {sorted(expected_deciders)}, found {sorted(deciders) or 'none'}")


def _outputs(todo: ReleaseTodo) -> str:
    return ", ".join(f"{name}={value}" for name, value in todo.outputs.items())


def _meant(todo: ReleaseTodo) -> str:
    return ", to show what that looks like" if todo.name == FAILING else ""


def _whole(todos: Sequence[ReleaseTodo]) -> timedelta:
    created = [todo.created for todo in todos if todo.created]
    ended = [todo.ended_at for todo in todos if todo.ended_at]
    return max(ended) - min(created) if created and ended else timedelta()
