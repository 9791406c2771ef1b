"""`kubectl todo list`: the Todos, or the runs, with what a person wants to know of them.

The table is the plug-in's own; every other format is kubectl's, printed by kubectl itself.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from myapp.cli.todo.age import age, until
from myapp.cli.todo.cluster import Cluster, Selection
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.phase_colour import coloured, wants_colour
from myapp.cli.todo.run_table import run_table
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.table import table
from myapp.cli.todo.terminal import terminal_width
from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.workflows import Workflows

TABLE, WIDE = "table", "wide"
KUBECTL_FORMATS = ("json", "yaml", "name")


_WORDS = sorted(Kind.TODO.prefixes | Kind.RUN.prefixes)


@click.command("list", short_help="show todos, or runs")
@click.argument("kind", metavar="[todos|workflows]", default="todos", type=click.Choice(_WORDS))
@click.option("-A", "--all-namespaces", is_flag=True, help="of all namespaces")
@click.option("-l", "--selector", "labels", default="", metavar="SELECTOR", help="only with these labels")
@click.option("--field-selector", "fields", default="", metavar="SELECTOR", help="only with these fields")
@click.option("--no-headers", is_flag=True, help="without the line of headings")
@click.option(
    "-o",
    "--output",
    type=click.Choice((TABLE, WIDE, *KUBECTL_FORMATS)),
    default=TABLE,
    show_default=True,
    help="format",
)
@kubectl_flags
@click.pass_context
def command(
    context: click.Context, *, kind: str, all_namespaces: bool, labels: str, fields: str, no_headers: bool, output: str
) -> int:
    """Show todos: where each stands and why, who is asked, and who has decided. Or runs: how far each is.

    \b
    Examples:
      kubectl todo list -n shop
      kubectl todo list -A -o wide
      kubectl todo list workflows -n shop
      kubectl todo list -o name | xargs -n1 kubectl describe
    """
    selection = Selection(all_namespaces=all_namespaces, labels=labels, fields=fields)
    if kind in Kind.RUN.prefixes:
        return _list_runs(workflows_of(context), selection, output, headings=not no_headers)
    return list_todos(cluster_of(context), selection, output, headings=not no_headers)


def list_todos(cluster: Cluster, selection: Selection, output: str, *, headings: bool) -> int:
    """Prints the selected Todos; returns the exit code."""
    if output in KUBECTL_FORMATS:
        cluster.print_todos(selection, output)
        return 0
    todos = cluster.todos(selection)
    if not todos:
        cluster.print_todos(selection, "")  # kubectl knows the namespace, and says that there is nothing in it
        return 0
    _print(todo_table(todos, **_look(selection, output, headings=headings)))
    return 0


def _list_runs(workflows: Workflows, selection: Selection, output: str, *, headings: bool) -> int:
    """The same for runs."""
    runs = workflows.runs(selection) if output not in KUBECTL_FORMATS else ()
    if not runs:
        workflows.print_runs(selection, output if output in KUBECTL_FORMATS else "")
        return 0
    _print(run_table(runs, **_look(selection, output, headings=headings)))
    return 0


def _look(selection: Selection, output: str, *, headings: bool) -> dict[str, Any]:
    """How a table is to look."""
    return {
        "now": datetime.now(UTC),
        "namespaces": selection.all_namespaces,
        "wide": output == WIDE,
        "headings": headings,
        "width": terminal_width(sys.stdout),
    }


def _print(lines: Sequence[str]) -> None:
    colour = wants_colour(sys.stdout)
    for line in lines:
        click.echo(coloured(line) if colour else line)


def todo_table(
    todos: Sequence[TodoView],
    *,
    now: datetime,
    namespaces: bool,
    wide: bool,
    headings: bool,
    width: int | None = None,
) -> list[str]:
    """The table's lines: what a person needs to see who waits for whom."""
    names = ["NAME", "PHASE", "REASON", "TITLE", "ASSIGNEES", "DUE", "AGE"]
    rows = [
        [
            todo.name,
            todo.phase,
            todo.reason,
            todo.title,
            ",".join(todo.assignees),
            until(todo.due, now),
            age(todo.created, now),
        ]
        for todo in todos
    ]
    if namespaces:
        names.insert(0, "NAMESPACE")
        rows = [[todo.namespace, *row] for todo, row in zip(todos, rows, strict=True)]
    if wide:
        names += ["DECIDED BY", "MESSAGE"]
        rows = [[*row, ",".join(todo.decided_by), todo.message] for todo, row in zip(todos, rows, strict=True)]
    return table(names, rows, show_headings=headings, width=width)
