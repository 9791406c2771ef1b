"""How the release looks: one row per todo, in the order of the work. Pure: values in, rich renderables out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.demo.people import Said
from deploy.demo.release_todo import ReleaseTodo

TITLE = "The release 2.4 of the shop"
_SIGNS = {
    "": ("·", "dim"),
    "Pending": ("○", "dim"),
    "Active": ("▶", "bold cyan"),
    "Succeeded": ("✔", "green"),
    "Failed": ("✘", "bold red"),
    "Skipped": ("↷", "yellow"),
    "Cancelled": ("■", "magenta"),
}


def release_table(todos: Sequence[ReleaseTodo], now: datetime) -> Table:
    """The todos; running ones count their seconds."""
    rows = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for heading in ("", "STEP", "PHASE", "REASON", "WHO"):
        rows.add_column(heading, no_wrap=True)
    rows.add_column("TIME", justify="right", no_wrap=True)
    rows.add_column("MESSAGE", ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
    for todo in todos:
        sign, style = _SIGNS.get(todo.phase, ("?", ""))
        rows.add_row(
            Text(sign, style=style),
            Text(todo.name, style="bold" if todo.phase == "Active" else ""),
            Text(todo.phase or "-", style=style),
            todo.reason,
            _who(todo),
            _seconds(todo, now),
            Text(todo.message),
        )
    return rows


def progress_line(todos: Sequence[ReleaseTodo]) -> str:
    """The state of the whole in one line."""
    ended = sum(todo.ended for todo in todos)
    waiting = [todo for todo in todos if todo.awaits_person]
    active = sum(todo.phase == "Active" for todo in todos) - len(waiting)
    parts = [f"{ended} of {len(todos)} steps have ended", f"{active} at work"]
    parts += [f"{todo.name} waits for {' or '.join(todo.waits_for) or 'a person'}" for todo in waiting]
    return ", ".join(parts)


def live_view(todos: Sequence[ReleaseTodo], now: datetime) -> RenderableType:
    """What moves on the terminal while the release runs: few lines, so that a small terminal shows all of it."""
    header = Text.assemble((TITLE, "bold"), "  ", (progress_line(todos), "cyan"))
    return Group(Text(), header, Text(), release_table(todos, now))


def said_panel(said: Said) -> RenderableType:
    """One command of one person, as their terminal would show it."""
    body = Text.assemble((f"{said.user}$ ", "bold"), said.command, "\n", (said.answer, "" if said.succeeded else "red"))
    return Panel(body, border_style="green" if said.succeeded else "red", title=said.user, title_align="left")


def _who(todo: ReleaseTodo) -> Text:
    """Who decided, else, while it may still come to that, who is asked."""
    if todo.decided_by:
        return Text(", ".join(todo.decided_by), style="bold")
    return Text("" if todo.ended else ", ".join(todo.waits_for), style="dim")


def _seconds(todo: ReleaseTodo, now: datetime) -> str:
    duration = todo.took
    if duration is None and todo.phase == "Active" and todo.started:
        duration = max(now - todo.started, timedelta())
    return f"{duration.total_seconds():.1f}s" if duration is not None else ""
