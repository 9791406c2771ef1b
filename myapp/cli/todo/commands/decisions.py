"""The commands by which a person decides, one for each act: `kubectl todo approve NAME` and so on."""

from datetime import timedelta

import click

from myapp.cli.todo.act import Act
from myapp.cli.todo.act_on_todo import OUTPUTS, act_on_todo
from myapp.cli.todo.candidates import form_fields, names_for
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import duration, todo_name, values
from myapp.cli.todo.session import cluster_of
from myapp.domain.decision import DecisionAction


def decision_command(act: Act) -> click.Command:
    """The command of one act. A comment without words would say nothing, so its message is required."""

    takes_values = act.action is DecisionAction.COMPLETE

    @click.command(act.command, short_help=act.summary, help=_help(act))
    @click.argument("name", callback=todo_name, shell_complete=names_for(act))
    @click.option(
        "-m",
        "--message",
        default="",
        metavar="TEXT",
        help="why; kept in the todo's status for good",
    )
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
    def command(
        context: click.Context,
        *,
        name: str,
        message: str,
        timeout: timedelta,
        output: str | None,
        filled_in: dict[str, str] | None = None,
    ) -> int:
        if act.action is DecisionAction.COMMENT and not message.strip():
            raise click.UsageError("missing option '-m' / '--message': a comment needs words", context)
        cluster, given = cluster_of(context), filled_in or {}
        return act_on_todo(act, cluster, name, message=message, values=given, timeout=timeout, output=output)

    return _VALUES(command) if takes_values else command


_VALUES = click.option(
    "--value",
    "filled_in",
    multiple=True,
    callback=values,
    shell_complete=form_fields,
    metavar="NAME=VALUE",
    help="fill in a field of the todo's form; may be repeated",
)


def _help(act: Act) -> str:
    return f"""{act.explanation}

    It creates a TodoDecision in your name. You need the verb "{act.verb}" on this todo.

    \b
    Examples:
      kubectl todo {act.example}
      kubectl todo {act.command} todo/NAME --as oncall --as-group sre
    """
