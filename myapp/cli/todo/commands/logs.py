"""`kubectl todo logs NAME`: what the pods of the Job of a Todo, or of a run's step, print, and how they ended."""

import time
from typing import TYPE_CHECKING

import click

from myapp.cli.todo.candidates import containers_of, names_with_job
from myapp.cli.todo.job_log import LogRequest, Teller, follow_log, print_log
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.known_run import definition_of, graph_of
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.step_log import StepLog, todo_with_log

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("logs", short_help="print what the job of a todo prints")
@click.argument("named", metavar="NAME", callback=name_of(Kind.TODO, Kind.RUN), shell_complete=names_with_job)
@click.option("--step", default="", metavar="NAME", help="of a run: the step; needed where several have a log")
@click.option("--index", type=click.IntRange(min=0), metavar="NUMBER", help="of a step for each item: which item")
@click.option("-f", "--follow", is_flag=True, help="go on, through all attempts, until the todo has ended")
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
    name = named.name if named.kind is not Kind.RUN else _todo_of(context, named.name, StepLog(step, index))
    request = LogRequest(name, attempt, tuple(flags))
    printing: Callable[..., None] = follow_log if follow else print_log
    printing(request, cluster=cluster_of(context), teller=Teller(lambda line: click.echo(line, err=True), time.sleep))
    return 0


def _todo_of(context: click.Context, run: str, wanted: StepLog) -> str:
    """The Todo behind a step of the run."""
    workflows = workflows_of(context)
    found = workflows.run(run)
    graph = graph_of(found, definition_of(found, workflows))
    return todo_with_log(found, graph, wanted, lambda: [todo.name for todo in workflows.children(found)])
