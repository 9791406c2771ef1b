"""`kubectl todo show NAME`: all there is to know about one Todo, or one run."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from myapp.cli.todo.candidates import names_for
from myapp.cli.todo.commands.list_todos import KUBECTL_FORMATS, TABLE, WIDE, todo_table
from myapp.cli.todo.description import describe
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.other_kind import hinting_at_a_run
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.phase_colour import coloured, wants_colour
from myapp.cli.todo.run_description import describe_run
from myapp.cli.todo.run_table import run_table
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.terminal import terminal_width


@click.command("show", short_help="show one todo or run with its history")
@click.argument("named", metavar="NAME", callback=name_of(Kind.TODO, Kind.RUN), shell_complete=names_for(runs=True))
@click.option(
    "-o", "--output", type=click.Choice((TABLE, WIDE, *KUBECTL_FORMATS)), help="format; default: a description"
)
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, named: Named, output: str | None) -> int:
    """Show a todo or a run: its state, what it depends on, deadlines, outputs, who decided what and when.

    \b
    Examples:
      kubectl todo show approve-rollout -n shop
      kubectl todo show approve-rollout -n shop -o yaml
      kubectl todo show workflow/release-x7k2p -n shop
    """
    look = _run if named.kind is Kind.RUN else _todo
    with hinting_at_a_run(context, named):
        lines = look(context, named.name, output)
    colour = wants_colour(sys.stdout)
    if lines:
        click.echo("\n".join(coloured(line) if colour else line for line in lines))
    return 0


def _todo(context: click.Context, name: str, output: str | None) -> Sequence[str]:
    """The lines; none where kubectl has printed it."""
    cluster, now = cluster_of(context), datetime.now(UTC)
    if output in KUBECTL_FORMATS:
        cluster.print_todo(name, output)
        return ()
    todo = cluster.todo(name)
    if output:
        width = terminal_width(sys.stdout)
        return todo_table([todo], now=now, namespaces=False, wide=output == WIDE, headings=True, width=width)
    return describe(todo, cluster.dependencies(todo), cluster.decisions_on(todo), now)


def _run(context: click.Context, name: str, output: str | None) -> Sequence[str]:
    """The same for a run."""
    workflows, now = workflows_of(context), datetime.now(UTC)
    if output in KUBECTL_FORMATS:
        workflows.print_run(name, output)
        return ()
    run, width = workflows.run(name), terminal_width(sys.stdout)
    if output:
        return run_table([run], now=now, namespaces=False, wide=output == WIDE, headings=True, width=width)
    return describe_run(run, cluster_of(context).decisions_on(run), now)
