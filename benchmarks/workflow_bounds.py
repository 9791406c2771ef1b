"""What is promised of workflows, as `bounds.py` tells it of Todos.

Total times and rates are the API server's more than the operator's: they are promised for one that takes as many writes
as that beside which other engines were measured, and in proportion for one that takes fewer.
"""

from collections.abc import Iterator

from benchmarks.figures import ContainerFigures, RunFigures, WorkflowFigures
from benchmarks.scenarios import workflows
from benchmarks.verdict import Bound, Verdict

FULL_SPEED = 650.0
"""Status writes per second, the creation of each object beside them, of that API server."""
SINGLE_RUNS_PER_SECOND = Bound(110.0, at_least=True)
CHAINS_SECONDS = Bound(16.0)
STEP_P50_MS = Bound(60.0)
STEP_P95_MS = Bound(150.0)
CPU_RATIO_OF_LONG_CHAINS = Bound(1.2)
CPU_MS_PER_STEP = Bound(5.0)
FAN_SECONDS = Bound(5.0)
WRITES_PER_STEP = Bound(2.5)
CPU_RATIO_OF_MANY_ITEMS = Bound(1.2)
CONTAINERS_RATIO = Bound(0.9, at_least=True)


def of_workflows(measured: WorkflowFigures) -> Iterator[Verdict]:
    """Ratios of the same run first; nothing of shapes that were not measured."""
    runs = measured.runs
    long, short = runs.get(workflows.CHAINS_OF_100.name), runs.get(workflows.CHAINS_OF_10.name)
    many, few = runs.get(workflows.ITEMS_10000.name), runs.get(workflows.ITEMS_100.name)
    if long is not None and short is not None:
        yield _ratio("CPU per step, chains of 100 / of 10", long, short, CPU_RATIO_OF_LONG_CHAINS)
    if many is not None and few is not None:
        yield _ratio("CPU per step, 10,000 items / 100", many, few, CPU_RATIO_OF_MANY_ITEMS)
    if (single := runs.get(workflows.MANY_SINGLE.name)) is not None:
        bound, told = _in_proportion(SINGLE_RUNS_PER_SECOND, single)
        yield Verdict("runs of one step per second", single.runs_per_second, "/s", bound, told)
    if short is not None:
        bound, told = _in_proportion(CHAINS_SECONDS, short)
        yield Verdict("300 chains of 10", short.seconds, "s", bound, told)
    if long is not None:
        yield Verdict("CPU per step in chains of 100", long.cpu_ms_per_step, "ms", CPU_MS_PER_STEP, run_costs(long))
        kinds = ", ".join(f"{count} {kind}" for kind, count in long.writes.items())
        yield Verdict("writes per step in chains of 100", long.writes_per_step, "", WRITES_PER_STEP, kinds)
    if (fan := runs.get(workflows.FAN_OF_1000.name)) is not None:
        bound, told = _in_proportion(FAN_SECONDS, fan)
        yield Verdict("a fan of 1,000", fan.seconds, "s", bound, told)
    if (overhead := measured.step_overhead) is not None:
        told = f"max {overhead.max_ms:.0f} ms, from the end of a step to the end of the next"
        yield Verdict("p50 of a step's overhead", overhead.p50_ms, "ms", STEP_P50_MS, told)
        yield Verdict("p95 of a step's overhead", overhead.p95_ms, "ms", STEP_P95_MS, told)


def of_containers(measured: ContainerFigures) -> Verdict:
    """Beside plain Jobs of the same run."""
    runs, jobs = measured.runs_per_second, measured.jobs_per_second
    told = f"{runs:.2f}/s against {jobs:.2f}/s, {measured.containers} of each"
    return Verdict("container steps / plain Jobs", runs / jobs, "x", CONTAINERS_RATIO, told)


def _ratio(name: str, upper: RunFigures, lower: RunFigures, bound: Bound) -> Verdict:
    told = f"{upper.cpu_ms_per_step:.2f} ms against {lower.cpu_ms_per_step:.2f} ms"
    return Verdict(name, upper.cpu_ms_per_step / lower.cpu_ms_per_step, "x", bound, told)


def _in_proportion(bound: Bound, run: RunFigures) -> tuple[Bound, str]:
    """The bound as it is for the API server right after these runs, and what is behind it."""
    part = min(1.0, run.bare_patches_per_second / FULL_SPEED)
    limit = round(bound.limit * part if bound.at_least else bound.limit / part, 1)
    return Bound(limit, bound.at_least), f"{bound} at {FULL_SPEED:.0f}/s; {run_costs(run)}"


def run_costs(run: RunFigures) -> str:
    """What runs of one shape took, in a line."""
    return (
        f"{run.seconds:.1f} s, {run.cpu_ms_per_step:.2f} ms of CPU and {run.writes_per_step:.2f} writes per step, "
        f"{run.rss_mib:.0f} MiB; bare status patches {run.bare_patches_per_second:.0f}/s"
    )
