"""Workflows by shape: single steps, chains, fans, ten thousand items; then how long one step waits for the one before.

Each shape has an operator of its own, so that what one leaves in memory does not weigh on the next. Container steps are
another scenario: pods need a node.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import RunFigures, Spread
from benchmarks.load import LoadPlan, Progress, Shape
from benchmarks.scenarios.yardstick import measure_status_patch
from benchmarks.wake_latency import percentile, wake_latencies

CHAINS_PER_SECOND = 2.0
"""So slow that nothing queues."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """So many runs of so many steps, whose names begin with `name`. `wait` is a Go duration."""

    name: str
    runs: int
    steps: int
    shape: Shape = "chain"
    wait: str = "0s"


SINGLE = RunPlan("single", 1_000, 1, wait="1s")
MANY_SINGLE = RunPlan("many", 5_000, 1, wait="1s")
CHAINS_OF_10 = RunPlan("short", 300, 10)
CHAINS_OF_100 = RunPlan("long", 20, 100)
SLOW_CHAINS = RunPlan("slow", 10, 10)
FAN_OF_1000 = RunPlan("fan", 1, 1_000, "fan")
FAN_OF_3000 = RunPlan("wide", 1, 3_000, "fan")
ITEMS_100 = RunPlan("few", 1, 100, "items")
ITEMS_10000 = RunPlan("items", 1, 10_000, "items")
GROUPS: Mapping[str, tuple[RunPlan, ...]] = {
    "single": (SINGLE, MANY_SINGLE),
    "chains": (CHAINS_OF_10, CHAINS_OF_100, SLOW_CHAINS),
    "items": (ITEMS_100, FAN_OF_1000, FAN_OF_3000, ITEMS_10000),
}
"""Those that are compared share a cluster."""
SHAPES = tuple(plan.name for plans in GROUPS.values() for plan in plans)
_PATCHES = 1_000
"""So many bare patches tell their rate."""


def measure_runs(bench: BenchCluster, plan: RunPlan, progress: Progress) -> RunFigures:
    """An operator of its own under these runs, until all have ended and it is idle."""
    with bench.operator(plan.name) as operator:
        operator.wait_until_ready()
        operator.wait_until_idle()
        writes, cpu = bench.bookmark_writes(), operator.cpu_seconds()
        load = bench.create(_load(plan), operator, progress)
        operator.wait_until_idle()
        cpu = operator.cpu_seconds() - cpu
        counted, steps, rss = writes.writes_since(), plan.runs * plan.steps, operator.peak_rss_mib()
    return RunFigures(
        runs=plan.runs,
        steps=plan.steps,
        seconds=load.seconds,
        create_seconds=load.create_seconds,
        writes_per_step=counted.total() / steps,
        cpu_ms_per_step=cpu / steps * 1000,
        rss_mib=rss,
        bare_patches_per_second=measure_status_patch(bench, plan.name, _PATCHES).patches_per_second,
        writes=dict(counted),
    )


def measure_step_overhead(bench: BenchCluster, progress: Progress) -> Spread:
    """From the end of a step's Todo to the end of the next one's, in chains that are begun one after another."""
    with bench.operator(SLOW_CHAINS.name) as operator:
        operator.wait_until_ready()
        operator.wait_until_idle()
        load = bench.create(
            _load(SLOW_CHAINS, chains_per_second=CHAINS_PER_SECOND, watch_steps=True), operator, progress
        )
    milliseconds = [seconds * 1000 for seconds in wake_latencies(by_position(load.ends))]
    return Spread(percentile(milliseconds, 50), percentile(milliseconds, 95), max(milliseconds))


def _load(plan: RunPlan, *, chains_per_second: float = 0.0, watch_steps: bool = False) -> LoadPlan:
    return LoadPlan(
        todos=plan.runs,
        first_wait=plan.wait,
        chains_per_second=chains_per_second,
        steps=plan.steps,
        shape=plan.shape,
        watch_steps=watch_steps,
        prefix=plan.name,
    )


def by_position(ends: Mapping[str, float]) -> dict[str, float]:
    """`slow-3-0.s5` is the sixth of the fourth chain: `slow-3-5`."""
    return {name.replace("-0.s", "-"): end for name, end in ends.items()}
