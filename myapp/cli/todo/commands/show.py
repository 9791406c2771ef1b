"""`kubectl todo show NAME`: all there is to know about one Todo."""

import sys
from datetime import UTC, datetime

import click

from myapp.cli.todo.candidates import names_for
from myapp.cli.todo.commands.list_todos import KUBECTL_FORMATS, TABLE, WIDE, todo_table
from myapp.cli.todo.description import describe
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import todo_name
from myapp.cli.todo.phase_colour import coloured, wants_colour
from myapp.cli.todo.session import cluster_of
from myapp.cli.todo.terminal import terminal_width


@click.command("show", short_help="show one todo with its history")
@click.argument("name", callback=todo_name, shell_complete=names_for())
@click.option(
    "-o", "--output", type=click.Choice((TABLE, WIDE, *KUBECTL_FORMATS)), help="format; default: a description"
)
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, name: str, output: str | None) -> int:
    """Show a todo: its state, what it depends on, deadlines and outputs, who decided what and when, what was refused.

    \b
    Examples:
      kubectl todo show approve-rollout -n shop
      kubectl todo show approve-rollout -n shop -o yaml
    """
    cluster, now = cluster_of(context), datetime.now(UTC)
    if output in KUBECTL_FORMATS:
        cluster.print_todo(name, output)
        return 0
    todo = cluster.todo(name)
    if output:
        width = terminal_width(sys.stdout)
        lines = todo_table([todo], now=now, namespaces=False, wide=output == WIDE, headings=True, width=width)
    else:
        lines = describe(todo, cluster.dependencies(todo), cluster.decisions_on(todo), now)
    colour = wants_colour(sys.stdout)
    click.echo("\n".join(coloured(line) if colour else line for line in lines))
    return 0
