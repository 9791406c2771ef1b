"""The table of runs: where each stands, how far it is, and what it runs. Pure."""

from collections.abc import Sequence
from datetime import datetime

from myapp.cli.todo.age import age
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.table import table


def run_table(
    runs: Sequence[RunView],
    *,
    now: datetime,
    namespaces: bool,
    wide: bool,
    headings: bool,
    width: int | None = None,
) -> list[str]:
    """The table's lines."""
    names = ["NAME", "PHASE", "REASON", "PROGRESS", "TEMPLATE", "AGE"]
    rows = [[run.name, run.phase, run.reason, run.progress, run.template, age(run.created, now)] for run in runs]
    if namespaces:
        names.insert(0, "NAMESPACE")
        rows = [[run.namespace, *row] for run, row in zip(runs, rows, strict=True)]
    if wide:
        names += ["REQUESTED BY", "MESSAGE"]
        rows = [[*row, run.status.get("requestedBy", ""), run.message] for run, row in zip(runs, rows, strict=True)]
    return table(names, rows, show_headings=headings, width=width)
