"""`kubectl todo complete`: a person says that a manual Todo is done."""

from datetime import timedelta

import click

from myapp.cli.todo.act_on_todo import OUTPUTS, act_on_todo
from myapp.cli.todo.decision_request import COMPLETE
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import duration, todo_name
from myapp.cli.todo.session import cluster_of


@click.command("complete", short_help="say that a todo is done")
@click.argument("name", callback=todo_name)
@click.option("-m", "--message", default="", metavar="TEXT", help="why; kept in the todo's status for good")
@click.option("-o", "--output", type=click.Choice(OUTPUTS), help="print the decision in this format")
@click.option(
    "--timeout",
    callback=duration,
    default="10s",
    show_default=True,
    metavar="DURATION",
    help="how long to wait for the operator's answer; 0 for not at all",
)
@kubectl_flags
@click.pass_context
def complete(context: click.Context, *, name: str, message: str, timeout: timedelta, output: str | None) -> int:
    """Say that a todo which waits for a person is done.

    It creates a TodoDecision in your name. You need the verb "complete" on this todo.

    \b
    Examples:
      kubectl todo complete approve-rollout -n shop -m "error rate is flat"
      kubectl todo complete todo/approve-rollout --as oncall --as-group sre
    """
    return act_on_todo(COMPLETE, cluster_of(context), name, message=message, timeout=timeout, output=output)
