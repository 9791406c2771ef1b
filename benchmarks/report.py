"""Shows and saves what was measured: a table for people, ratios first, and a JSON document with everything."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import (
    ControllerFigures,
    DecisionFigures,
    Figures,
    IdleFigures,
    Spread,
    WaitingFigures,
    WorkflowFigures,
)
from benchmarks.machine import Machine
from benchmarks.verdict import Verdict


def print_report(console: Console, machine: Machine, figures: Figures, verdicts: Sequence[Verdict]) -> None:
    """The machine, the bounded figures, then the absolute ones."""
    console.print(
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gib} GiB, {machine.system}, "
        f"Python {machine.python}, myapp {machine.myapp} ({machine.commit}), load {machine.load_average:.1f} before",
        highlight=False,
    )
    if verdicts:
        console.print(_verdict_table(verdicts))
    console.print(_controller_table(figures))
    if figures.waiting is not None:
        console.print(_waiting(figures.waiting), highlight=False)
    if figures.chains is not None:
        console.print(f"reads in chains: {_counts(figures.chains.reads)}", highlight=False)
    if figures.decision is not None:
        console.print(_decision_table(figures.decision))
        cpu, writes = figures.decision.cpu_ms_per_decision, _counts(figures.decision.writes)
        console.print(f"{cpu:.1f} ms of the operator's CPU for each decision; its writes: {writes}", highlight=False)
    if figures.resource is not None or figures.http is not None:
        console.print(_action_table(figures))
    if figures.workflows is not None:
        console.print(_workflow_table(figures.workflows))
    if figures.idle is not None:
        console.print(_idle(figures.idle), highlight=False)
    if figures.status_patch is not None:
        rate = figures.status_patch.patches_per_second
        console.print(f"bare status patches, no controller: {rate:.0f}/s", highlight=False)


def write_report(
    path: Path, machine: Machine, options: Mapping[str, object], figures: Figures, verdicts: Sequence[Verdict]
) -> None:
    """Everything as JSON; the folder is made when it does not exist."""
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": asdict(machine),
        "options": dict(options),
        "verdicts": [
            {
                "name": verdict.name,
                "value": verdict.value,
                "unit": verdict.unit,
                "bound": str(verdict.bound),
                "kept": verdict.is_kept,
            }
            for verdict in verdicts
        ],
        "figures": asdict(figures),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n")


def _verdict_table(verdicts: Sequence[Verdict]) -> Table:
    table = Table(title="Bounds", title_justify="left")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("bound", justify="right")
    table.add_column("")
    table.add_column("behind it", overflow="fold")
    for verdict in verdicts:
        mark = "[green]kept[/]" if verdict.is_kept else "[bold red]MISSED[/]"
        value = f"{verdict.value:.2f} {verdict.unit}".strip()
        table.add_row(verdict.name, value, str(verdict.bound), mark, verdict.explanation)
    return table


def _waiting(waiting: WaitingFigures) -> str:
    return (
        f"{waiting.todos} Todos that wait: {waiting.rss_mib:.0f} MiB; restart over them: {waiting.seconds:.1f} s "
        f"(ready after {waiting.ready_seconds:.1f} s), {waiting.cpu_seconds:.1f} s of CPU, "
        f"peak {waiting.peak_rss_mib:.0f} MiB, {sum(waiting.writes.values())} writes, "
        f"reads: {_counts(waiting.reads)}; Redis: {waiting.redis_mib:.0f} MiB"
    )


def _idle(idle: IdleFigures) -> str:
    return (
        f"{idle.todos} Todos that wait for objects, for {idle.seconds:.0f} s: {idle.cpu_percent:.1f} % of a core, "
        f"{idle.rss_mib:.0f} MiB; requests but watches: {_counts(idle.requests)}; "
        f"for the policies: {_counts(idle.own_requests)}"
    )


def _action_table(figures: Figures) -> Table:
    table = Table(title="Todos that machines do", title_justify="left")
    table.add_column("action")
    for column in ("Todos", "Todos/s", "status writes", "CPU/Todo", "peak RSS", "bare patches", "requests (keys)"):
        table.add_column(column, justify="right")
    table.add_column("all writes", overflow="fold")
    for name, row in (("resource", figures.resource), ("http", figures.http)):
        if row is not None:
            table.add_row(
                name,
                str(row.todos),
                f"{row.todos_per_second:.0f}",
                f"{row.status_writes_per_todo:.3f}",
                f"{row.cpu_ms_per_todo:.2f} ms",
                f"{row.peak_rss_mib:.0f} MiB",
                f"{row.bare_patches_per_second:.0f}/s",
                f"{row.requests} ({row.keys})",
                _counts(row.writes),
            )
    return table


def _workflow_table(measured: WorkflowFigures) -> Table:
    table = Table(title="Workflows", title_justify="left")
    table.add_column("shape")
    for column in ("runs x steps", "seconds", "steps/s", "CPU/step", "writes/step", "peak RSS", "bare patches"):
        table.add_column(column, justify="right")
    table.add_column("all writes", overflow="fold")
    for name, row in measured.runs.items():
        table.add_row(
            name,
            f"{row.runs} x {row.steps}",
            f"{row.seconds:.1f}",
            f"{row.runs * row.steps / row.seconds:.0f}",
            f"{row.cpu_ms_per_step:.2f} ms",
            f"{row.writes_per_step:.3f}",
            f"{row.rss_mib:.0f} MiB",
            f"{row.bare_patches_per_second:.0f}/s",
            _counts(row.writes),
        )
    return table


def _decision_table(decision: DecisionFigures) -> Table:
    table = Table(title="Decisions", title_justify="left")
    table.add_column("time")
    for column in ("p50", "p95", "max"):
        table.add_column(column, justify="right")
    rows: tuple[tuple[str, Spread], ...] = (
        ("from sending it to its dependent Active", decision.from_sending),
        ("from its answer to its dependent Active", decision.from_answer),
        ("its creation", decision.creation),
        ("its creation without a controller", decision.bare_creation),
        ("from a status patch to its event without a controller", decision.bare_patch),
    )
    for name, spread in rows:
        table.add_row(name, *(f"{each:.1f} ms" for each in (spread.p50_ms, spread.p95_ms, spread.max_ms)))
    return table


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"


def _controller_table(figures: Figures) -> Table:
    table = Table(title="Controllers under load", title_justify="left")
    for column in (
        "scenario",
        "Todos",
        "Todos/s",
        "created/s",
        "writes/Todo",
        "CPU/Todo",
        "peak RSS",
        "load's CPU/Todo",
    ):
        table.add_column(column, justify="left" if column == "scenario" else "right")
    rows: tuple[tuple[str, ControllerFigures | None], ...] = (
        ("operator, independent", figures.independent),
        ("yardstick, independent", figures.yardstick),
        ("operator, chains", figures.chains),
    )
    for name, row in rows:
        if row is not None:
            table.add_row(
                name,
                str(row.todos),
                f"{row.todos_per_second:.0f}",
                f"{row.creates_per_second:.0f}",
                f"{row.writes_per_todo:.3f}",
                f"{row.cpu_ms_per_todo:.2f} ms",
                f"{row.peak_rss_mib:.0f} MiB",
                f"{row.load_cpu_ms_per_todo:.2f} ms",
            )
    return table
