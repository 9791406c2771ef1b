"""`kubectl todo logs NAME`: what the pods of the Job of a Todo, or of a run's step, print, and how they ended."""

import time
from functools import partial
from typing import TYPE_CHECKING

import click

from myapp.cli.todo.candidates import containers_of, names_with_job
from myapp.cli.todo.job_log import PAUSE, LogRequest, Teller, follow_log, print_log
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.known_run import definition_of, graph_of
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.other_kind import hinting_at_a_run
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.step_log import NoLogYetError, StepLog, todo_with_log
from myapp.cli.todo.workflows import Workflows

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("logs", short_help="print what the job of a todo prints")
@click.argument("named", metavar="NAME", callback=name_of(Kind.TODO, Kind.RUN), shell_complete=names_with_job)
@click.option("--step", default="", metavar="NAME", help="of a run: the step; needed where several have a log")
@click.option("--index", type=click.IntRange(min=0), metavar="NUMBER", help="of a step for each item: which item")
@click.option(
    "-f",
    "--follow",
    is_flag=True,
    help="wait for it to begin, and go on, through all attempts, until the todo has ended",
)
@click.option("-c", "--container", default="", metavar="NAME", shell_complete=containers_of, help="this container's")
@click.option("--all-containers", is_flag=True, help="of all containers")
@click.option("--attempt", type=click.IntRange(min=1), metavar="NUMBER", help="of this attempt; default: the latest")
@click.option("--tail", type=click.IntRange(min=-1), default=-1, metavar="LINES", help="only the last; default: all")
@click.option("--since", default="", metavar="DURATION", help="only what is newer than this")
@click.option("--timestamps", is_flag=True, help="each line with its time")
@kubectl_flags
@click.pass_context
def command(
    context: click.Context,
    *,
    named: Named,
    step: str,
    index: int | None,
    follow: bool,
    container: str,
    all_containers: bool,
    attempt: int | None,
    tail: int,
    since: str,
    timestamps: bool,
) -> int:
    """Print the log of the job behind a todo: the newest pod of its latest attempt.

    The log goes to stdout; which pod it is, the exit codes and what became of the todo go to stderr. You need the
    rights to list pods and to get pods/log.

    \b
    Examples:
      kubectl todo logs build -n shop
      kubectl todo logs build -n shop -f
      kubectl todo logs build -n shop --attempt 1 --tail 20
      kubectl todo logs workflow/release-x7k2p -n shop --step build
    """
    if named.kind is not Kind.RUN and (step or index is not None):
        raise click.UsageError("--step and --index are for a run: workflow/NAME", context)
    if container and all_containers:
        raise click.UsageError("--container and --all-containers exclude each other", context)
    flags = [
        *([f"--container={container}"] if container else []),
        *(["--all-containers"] if all_containers else []),
        *([f"--tail={tail}"] if tail >= 0 else []),
        *([f"--since={since}"] if since else []),
        *(["--timestamps"] if timestamps else []),
    ]
    teller = Teller(lambda line: click.echo(line, err=True), time.sleep)
    name = named.name
    if named.kind is Kind.RUN:
        name = _todo_of(workflows_of(context), named.name, StepLog(step, index), teller if follow else None)
    request = LogRequest(name, attempt, tuple(flags))
    printing: Callable[..., None] = follow_log if follow else print_log
    with hinting_at_a_run(context, named):
        printing(request, cluster=cluster_of(context), teller=teller)
    return 0


def _todo_of(workflows: Workflows, name: str, wanted: StepLog, teller: Teller | None) -> str:
    """The Todo behind a step of the run. With a teller it is waited for, and what holds it up told when it changes."""
    told = ""
    while True:
        run = workflows.run(name)
        graph = graph_of(run, definition_of(run, workflows))
        try:
            return todo_with_log(run, graph, wanted, partial(_names, workflows, run))
        except NoLogYetError as why:
            if teller is None or run.ended:
                raise
            if str(why) != told:
                told = str(why)
                teller.say(told)
        teller.sleep(PAUSE)


def _names(workflows: Workflows, run: RunView) -> list[str]:
    return [todo.name for todo in workflows.children(run)]
