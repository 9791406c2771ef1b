"""Runs the chosen scenarios one after another, each on a cluster of its own, and shows how far they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, get_args

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import load
from benchmarks.bench_cluster import BenchCluster, start_cluster
from benchmarks.figures import Figures, WorkflowFigures
from benchmarks.go_programs import LOADGEN, YARDSTICK, provide_program
from benchmarks.scenarios import workflows
from benchmarks.scenarios.actions import measure_action
from benchmarks.scenarios.chains import measure_chains
from benchmarks.scenarios.containers import measure_containers
from benchmarks.scenarios.decision import DECISIONS, measure_decisions
from benchmarks.scenarios.idle import measure_idle
from benchmarks.scenarios.independent import measure_independent
from benchmarks.scenarios.latency import CHAINS, measure_latency
from benchmarks.scenarios.plugin import measure_plugin
from benchmarks.scenarios.restart import measure_restart
from benchmarks.scenarios.takeover import measure_takeovers
from benchmarks.scenarios.waiting import measure_waiting
from benchmarks.scenarios.yardstick import measure_status_patch, measure_yardstick
from benchmarks.workflow_bounds import run_costs

Scenario = Literal[
    "independent",
    "chains",
    "latency",
    "decision",
    "restart",
    "waiting",
    "takeover",
    "plugin",
    "actions",
    "idle",
    "workflows",
    "containers",
]
MOST_FOR_A_PERSON = 10_000
"""No inbox is longer, whatever the operator has to bear."""
MOST_FOR_MACHINES = 1_000
"""What machines do is measured with so many Todos."""
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What to measure and how much of it."""

    scenarios: tuple[Scenario, ...]
    todos: int
    chains_of: int
    connections: int
    yardstick: bool
    redis: bool
    shapes: tuple[str, ...] = workflows.SHAPES


class Runner:
    """One run of the benchmarks."""

    def __init__(self, options: RunOptions, console: Console) -> None:
        self._options = options
        self._console = console

    def run(self) -> Figures:
        """Measure everything that was asked for.

        Raises LocalClusterError, LoadError, MeasuredProcessError or ApiClientError when a scenario cannot be measured.
        """
        self._loadgen = provide_program(LOADGEN, self._console)
        chosen = self._options.scenarios
        figures = Figures()
        if "independent" in chosen or "restart" in chosen:
            figures = self._run_independent(figures)
        if "independent" in chosen and self._options.yardstick:
            figures = self._run_yardstick(figures)
        others = {
            "chains": self._run_chains,
            "latency": self._run_latency,
            "decision": self._run_decision,
            "takeover": self._run_takeover,
            "waiting": self._run_waiting,
            "plugin": self._run_plugin,
            "actions": self._run_actions,
            "idle": self._run_idle,
            "workflows": self._run_workflows,
            "containers": self._run_containers,
        }
        for scenario, run in others.items():
            if scenario in chosen:
                figures = run(figures)
        return figures

    def _run_independent(self, figures: Figures) -> Figures:
        todos = self._options.todos
        with self._cluster("independent") as bench:
            with self._progress("independent Todos", todos) as progress:
                independent = measure_independent(bench, todos=todos, progress=progress)
            if "independent" in self._options.scenarios:
                figures = replace(figures, independent=independent)
            if "restart" in self._options.scenarios:
                self._console.print(f"restart over {todos} finished Todos")
                figures = replace(figures, restart=measure_restart(bench, todos=todos))
        return figures

    def _run_yardstick(self, figures: Figures) -> Figures:
        program = provide_program(YARDSTICK, self._console)
        todos = self._options.todos
        with self._cluster("yardstick") as bench:
            with self._progress("the same on the yardstick", todos) as progress:
                yardstick = measure_yardstick(bench, program, todos=todos, progress=progress)
            self._console.print("bare status patches")
            return replace(figures, yardstick=yardstick, status_patch=measure_status_patch(bench))

    def _run_chains(self, figures: Figures) -> Figures:
        todos, chains_of = self._options.todos, self._options.chains_of
        with self._cluster("chains") as bench, self._progress(f"Todos in chains of {chains_of}", todos) as progress:
            return replace(figures, chains=measure_chains(bench, todos=todos, chains_of=chains_of, progress=progress))

    def _run_latency(self, figures: Figures) -> Figures:
        chains_of = self._options.chains_of
        label = f"latency in chains of {chains_of}"
        with self._cluster("latency") as bench, self._progress(label, CHAINS * chains_of) as progress:
            return replace(figures, latency=measure_latency(bench, chains_of=chains_of, progress=progress))

    def _run_decision(self, figures: Figures) -> Figures:
        with self._cluster("decision") as bench, self._progress("decisions", DECISIONS) as progress:
            return replace(figures, decision=measure_decisions(bench, progress))

    def _run_takeover(self, figures: Figures) -> Figures:
        with self._cluster("takeover") as bench:
            self._console.print("the leader is killed, frozen and asked to end")
            return replace(figures, takeover=measure_takeovers(bench))

    def _run_waiting(self, figures: Figures) -> Figures:
        todos = self._options.todos
        with self._cluster("waiting") as bench:
            self._console.print(f"{todos} Todos that wait, and a restart over them")
            return replace(figures, waiting=measure_waiting(bench, todos=todos))

    def _run_plugin(self, figures: Figures) -> Figures:
        todos = min(self._options.todos, MOST_FOR_A_PERSON)
        with self._cluster("plugin") as bench:
            self._console.print(f"kubectl todo over {todos} Todos")
            return replace(figures, plugin=measure_plugin(bench, todos=todos))

    def _run_actions(self, figures: Figures) -> Figures:
        todos = min(self._options.todos, MOST_FOR_MACHINES)
        with self._cluster("resource") as bench, self._progress("Todos that apply an object", todos) as progress:
            figures = replace(figures, resource=measure_action(bench, "resource", todos=todos, progress=progress))
        with self._cluster("http") as bench, self._progress("Todos that send a request", todos) as progress:
            return replace(figures, http=measure_action(bench, "http", todos=todos, progress=progress))

    def _run_idle(self, figures: Figures) -> Figures:
        todos = min(self._options.todos, MOST_FOR_MACHINES)
        with self._cluster("idle") as bench:
            self._console.print(f"{todos} Todos that wait for objects, while nothing happens")
            return replace(figures, idle=measure_idle(bench, todos=todos))

    def _run_workflows(self, figures: Figures) -> Figures:
        measured = WorkflowFigures()
        for group, plans in workflows.GROUPS.items():
            chosen = [plan for plan in plans if plan.name in self._options.shapes]
            if chosen:
                with self._cluster(f"workflows-{group}") as bench:
                    for plan in chosen:
                        measured = self._run_shape(bench, plan, measured)
        return replace(figures, workflows=measured)

    def _run_shape(self, bench: BenchCluster, plan: workflows.RunPlan, measured: WorkflowFigures) -> WorkflowFigures:
        is_slow = plan is workflows.SLOW_CHAINS
        total = plan.runs * plan.steps if is_slow else plan.runs
        with self._progress(f"{plan.runs} runs of {plan.steps} steps", total) as progress:
            if is_slow:
                overhead = workflows.measure_step_overhead(bench, progress)
                measured = replace(measured, step_overhead=overhead)
                said = f"overhead of a step p50 {overhead.p50_ms:.0f} ms, p95 {overhead.p95_ms:.0f} ms"
            else:
                figures = workflows.measure_runs(bench, plan, progress)
                measured = replace(measured, runs={**measured.runs, plan.name: figures})
                said = run_costs(figures)
        self._console.print(f"{plan.name}: {said}", highlight=False, soft_wrap=True)
        return measured

    def _run_containers(self, figures: Figures) -> Figures:
        with self._cluster("containers", node=True) as bench:
            self._console.print("workflows of one container, and plain Jobs")
            return replace(figures, containers=measure_containers(bench))

    @contextmanager
    def _cluster(self, name: str, *, node: bool = False) -> Iterator[BenchCluster]:
        self._console.print(f"starting a cluster for: {name}")
        options = self._options
        with start_cluster(
            name, self._loadgen, connections=options.connections, redis=options.redis, node=node
        ) as bench:
            yield bench

    @contextmanager
    def _progress(self, label: str, total: int) -> Iterator[load.Progress]:
        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda ended: bar.update(task, completed=ended)
