"""`kubectl todo inbox`: what you may act on now, the most pressing first."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from myapp.cli.todo.age import age, until
from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.document import list_document
from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.given_flags import given_namespace
from myapp.cli.todo.inbox import Inbox, act_on, scope
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.phase_colour import wants_colour
from myapp.cli.todo.session import cluster_of
from myapp.cli.todo.side_by_side import side_by_side
from myapp.cli.todo.table import table
from myapp.cli.todo.terminal import terminal_width
from myapp.cli.todo.todo_view import TodoView

TABLE, WIDE = "table", "wide"
_OUTPUTS = (TABLE, WIDE, "json", "yaml", "name")
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


@click.command("inbox", short_help="show what you may act on now")
@click.option("-A", "--all-namespaces", is_flag=True, help="of all namespaces, also where one is named with -n")
@click.option("-w", "--watch", is_flag=True, help="go on showing it as it changes")
@click.option("--no-headers", is_flag=True, help="without the line of headings")
@click.option("-o", "--output", type=click.Choice(_OUTPUTS), default=TABLE, show_default=True, help="format")
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, all_namespaces: bool, watch: bool, no_headers: bool, output: str) -> int:
    """Show the todos that wait for a person and that you may complete or approve, in all namespaces that you can see.

    Overdue ones first, then by due time, priority and age. An approval is left out where you are none of its approvers,
    have voted, or may not approve what you asked for yourself.

    \b
    Examples:
      kubectl todo inbox
      kubectl todo inbox -n shop -o wide
      kubectl todo inbox --watch
    """
    if watch and output not in (TABLE, WIDE):
        raise click.UsageError(f"--watch shows a table: found -o {output}, allowed is table or wide", context)
    cluster, namespace = cluster_of(context), "" if all_namespaces else given_namespace(context)
    if watch:
        return _watch(cluster, namespace, wide=output == WIDE, headings=not no_headers)
    inbox, (seen, todos, _) = side_by_side(lambda: Inbox(cluster, namespace), lambda: scope(cluster, namespace))
    if seen.limited:
        click.echo(f"Todos of all namespaces cannot be listed; looked at: {', '.join(seen.namespaces)}", err=True)
    mine = inbox.of(todos, datetime.now(UTC))
    if output not in (TABLE, WIDE):
        click.echo(list_document([todo.manifest for todo in mine], output), nl=False)
    elif not mine:
        click.echo("Nothing waits for you.", err=True)
    else:
        _print(_on_paper(mine, wide=output == WIDE, headings=not no_headers))
    return 0


def _on_paper(todos: Sequence[TodoView], *, wide: bool, headings: bool) -> list[str]:
    """The table as the reader's terminal, or none, takes it: what is overdue in red."""
    now = datetime.now(UTC)
    lines = inbox_table(todos, now, wide=wide, headings=headings, width=terminal_width(sys.stdout))
    if not wants_colour(sys.stdout):
        return lines
    late = [False] * headings + [todo.due is not None and todo.due < now for todo in todos]
    return [click.style(line, fg="red") if red else line for line, red in zip(lines, late, strict=True)]


def inbox_table(
    todos: Sequence[TodoView], now: datetime, *, wide: bool, headings: bool = True, width: int | None = None
) -> list[str]:
    """A line for each Todo."""
    names = ["NAMESPACE", "NAME", "ACT", "TITLE", "DUE", "PRIORITY", "AGE"]
    rows = [
        [
            todo.namespace,
            todo.name,
            act_on(todo).command,
            todo.title,
            until(todo.due, now),
            str(todo.priority),
            age(todo.created, now),
        ]
        for todo in todos
    ]
    if wide:
        names += ["ASSIGNEES", "CLAIMED BY", "MESSAGE"]
        rows = [
            [*row, ",".join(todo.assignees), todo.claimed_by, todo.message]
            for todo, row in zip(todos, rows, strict=True)
        ]
    return table(names, rows, show_headings=headings, width=width)


def _watch(cluster: Cluster, namespace: str, *, wide: bool, headings: bool) -> int:
    """On a terminal the table is drawn anew; elsewhere what is new or has changed is printed. Ends by a signal only.

    Rights are asked for anew whenever the API server has had enough of the watch, which is after some minutes.
    """
    drawn = _Drawn(wide=wide, headings=headings)
    while True:
        inbox, (seen, listed, version) = side_by_side(
            lambda: Inbox(cluster, namespace), lambda: scope(cluster, namespace)
        )
        if len(seen.namespaces) != 1:
            raise PluginError("--watch over several namespaces takes the right to list todos in all; name one with -n")
        todos = {todo.uid: todo for todo in listed}
        drawn.draw(inbox.of(todos.values(), datetime.now(UTC)))
        stale = False
        for change in cluster.changes(seen.namespaces[0], version):
            if change is None:
                if stale:
                    drawn.draw(inbox.of(todos.values(), datetime.now(UTC)))
                stale = False
                continue
            stale = True
            if change.gone:
                todos.pop(change.todo.uid, None)
            else:
                todos[change.todo.uid] = change.todo


class _Drawn:
    """What a watch has shown so far."""

    def __init__(self, *, wide: bool, headings: bool) -> None:
        self._wide = wide
        self._headings = headings
        self._shown: dict[str, TodoView] = {}

    def draw(self, mine: Sequence[TodoView]) -> None:
        """On a terminal all of it, in place of what was there; else what differs from what was shown last."""
        if sys.stdout.isatty():
            click.echo(_CLEAR, nl=False)
            _print(_on_paper(mine, wide=self._wide, headings=self._headings) if mine else ["Nothing waits for you."])
        elif new := [todo for todo in mine if self._shown.get(todo.uid) != todo]:
            _print(_on_paper(new, wide=self._wide, headings=self._headings))
            self._headings = False
            sys.stdout.flush()
        self._shown = {todo.uid: todo for todo in mine}


def _print(lines: Sequence[str]) -> None:
    """In one write: thousands of small ones take as long as the rest."""
    if lines:
        click.echo("\n".join(lines))
