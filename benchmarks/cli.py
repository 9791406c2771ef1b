"""The command line: `python -m benchmarks`, or `make bench ARGS=...`."""

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import cast

import click
from rich.console import Console

from benchmarks.api_client import ApiClientError
from benchmarks.bounds import evaluate
from benchmarks.load import LoadError
from benchmarks.machine import describe_machine
from benchmarks.measured_process import MeasuredProcessError
from benchmarks.operator_process import operator_settings
from benchmarks.report import print_report, write_report
from benchmarks.runner import SCENARIOS, Runner, RunOptions, Scenario
from benchmarks.scenarios.workflows import SHAPES
from deploy.local import LocalClusterError

PLAIN_WIDTH = 150
RESULTS = Path(__file__).parent / "results"


@click.command(context_settings={"show_default": True})
@click.option("--todos", type=click.IntRange(min=1), default=20_000, help="How many Todos at once.")
@click.option("--chains-of", type=click.IntRange(min=2), default=10, help="How many Todos make a chain.")
@click.option("--scenario", type=click.Choice([*SCENARIOS, "all"]), default="all", help="What to measure.")
@click.option("--shape", "shapes", type=click.Choice(SHAPES), multiple=True, help="Of workflows.  [default: all]")
@click.option("--connections", type=click.IntRange(min=1), default=16, help="Create requests at the same time.")
@click.option("--skip-yardstick", is_flag=True, help="Measure the operator alone: no ratios.")
@click.option("--redis", is_flag=True, help="Give the operator a Redis server for its state cache.")
@click.option("--check", is_flag=True, help="Exit with 1 when a bound is missed.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the figures, JSON.  [default: benchmarks/results/TIME.json]",
)
def main(
    *,
    todos: int,
    chains_of: int,
    scenario: str,
    shapes: tuple[str, ...],
    connections: int,
    skip_yardstick: bool,
    redis: bool,
    check: bool,
    output: Path | None,
) -> None:
    """Measure the operator on a local cluster, beside a minimal client-go controller in the same run."""
    if not Path("/proc/self/status").exists():
        raise click.ClickException("the benchmarks read /proc and so need Linux: run them there, or in a container")
    scenarios = SCENARIOS if scenario == "all" else (cast("Scenario", scenario),)
    options = RunOptions(
        scenarios,
        todos,
        chains_of,
        connections,
        yardstick=not skip_yardstick,
        redis=redis,
        shapes=shapes or SHAPES,
    )
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)  # a file or a pipe has no width of its own, and 80 cuts the tables
    machine = describe_machine()
    try:
        figures = Runner(options, console).run()
    except (LocalClusterError, LoadError, MeasuredProcessError, ApiClientError) as error:
        raise click.ClickException(str(error)) from error
    verdicts = evaluate(figures)
    print_report(console, machine, figures, verdicts)
    output = output or RESULTS / f"{datetime.now().astimezone():%Y-%m-%dT%H-%M-%S}.json"
    write_report(output, machine, {**asdict(options), "settings": operator_settings()}, figures, verdicts)
    console.print(f"written to {output}", highlight=False, soft_wrap=True)
    if check and not all(verdict.is_kept for verdict in verdicts):
        sys.exit(1)
