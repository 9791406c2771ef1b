"""The commands by which a person decides, one for each act: `kubectl todo approve NAME` and so on."""

from collections.abc import Callable
from datetime import timedelta

import click

from myapp.cli.todo.act import Act
from myapp.cli.todo.act_on_target import OUTPUTS, act_on
from myapp.cli.todo.candidates import form_fields, names_for
from myapp.cli.todo.decision_request import Words
from myapp.cli.todo.fit import Target
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.other_kind import hinting_at_a_run
from myapp.cli.todo.parameters import Named, duration, name_of, values
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.domain.decision import DecisionAction

_MODES = ("Terminate", "Stop", "RunFinally")


def decision_command(act: Act) -> click.Command:
    """The command of one act. A comment without words would say nothing, so its message is required."""

    kinds = (Kind.TODO, Kind.RUN) if act.on_runs else (Kind.TODO,)

    @click.command(act.command, short_help=act.summary, help=_help(act))
    @click.argument("target", metavar="NAME", callback=name_of(*kinds), shell_complete=names_for(act))
    @click.option(
        "-m",
        "--message",
        default="",
        metavar="TEXT",
        help="why; kept in the status for good",
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
        target: Named,
        message: str,
        timeout: timedelta,
        output: str | None,
        filled_in: dict[str, str] | None = None,
        mode: str | None = None,
    ) -> int:
        if act.action is DecisionAction.COMMENT and not message.strip():
            raise click.UsageError("missing option '-m' / '--message': a comment needs words", context)
        if mode and target.kind is not Kind.RUN:
            raise click.UsageError(f"--mode is for a run: found {target.name!r}, allowed is workflow/NAME", context)
        return act_on(
            act,
            _look(context, target),
            cluster_of(context),
            words=Words(message, filled_in or {}, mode or ""),
            timeout=timeout,
            output=output,
        )

    option = _OPTIONS.get(act.action)
    return option(command) if option else command


def _look(context: click.Context, target: Named) -> Target:
    if target.kind is Kind.RUN:
        return workflows_of(context).run(target.name)
    with hinting_at_a_run(context, target):
        return cluster_of(context).todo(target.name)


_OPTIONS: dict[DecisionAction, Callable[[click.Command], click.Command]] = {
    DecisionAction.COMPLETE: click.option(
        "--value",
        "filled_in",
        multiple=True,
        callback=values,
        shell_complete=form_fields,
        metavar="NAME=VALUE",
        help="fill in a field of the todo's form; may be repeated",
    ),
    DecisionAction.CANCEL: click.option(
        "--mode",
        type=click.Choice(_MODES),
        help="of a run. Terminate (default): cancel what runs, leave finally out. Stop: let it end, then finally. "
        "RunFinally: cancel it, then finally",
    ),
}


def _help(act: Act) -> str:
    run = f"\n      kubectl todo {act.command} workflow/NAME{_FOR_RUNS.get(act.action, '')}" if act.on_runs else ""
    what = "this todo or run" if act.on_runs else "this todo"
    return f"""{act.explanation}

    It creates a TodoDecision in your name. You need the verb "{act.verb}" on {what}.

    \b
    Examples:
      kubectl todo {act.example}
      kubectl todo {act.command} todo/NAME --as oncall --as-group sre{run}
    """


_FOR_RUNS = {DecisionAction.CANCEL: " --mode RunFinally", DecisionAction.COMMENT: ' -m "the vendor is slow today"'}
