"""What every command that decides has in common: run the use case, say what became of it, choose the exit code."""

import time
from datetime import timedelta

import click

from myapp.cli.todo.act import Act
from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.decide import Alarm, Counted, Recorded, Refused, decide
from myapp.cli.todo.decision_request import Words
from myapp.cli.todo.fit import Target
from myapp.cli.todo.kind import API_GROUP

OUTPUTS = ("table", "wide", "json", "yaml", "name")


def act_on(
    act: Act,
    target: Target,
    cluster: Cluster,
    *,
    words: Words,
    timeout: timedelta,
    output: str | None,
) -> int:
    """Returns 0 where the decision counts, or is stored and may still count; 1 where it does not.

    stdout gets one line as kubectl's own verbs print it, or the decision where `output` asks for it; the rest goes to
    stderr.
    """
    alarm = Alarm(now=time.monotonic, sleep=time.sleep)
    match decide(act, target, words, cluster=cluster, alarm=alarm, patience=timeout):
        case Counted(decision):
            done = f"{target.kind.printed}/{target.name} {act.done}"
        case Recorded(decision, why):
            click.echo(f"The decision is recorded. {why}", err=True)
            done = f"tododecision.{API_GROUP}/{decision.name} created"
        case Refused(why):
            click.echo(f"error: {why}", err=True)
            return 1
    if output:
        cluster.print_decision(decision, "" if output == "table" else output)
    else:
        click.echo(done)
    return 0
