"""Chains begun one after another, so slowly that nothing queues: how long does a Todo need after its dependency?

The first Todo of each chain waits for a second. By then the others of its chain exist and wait, so that every further
Todo is woken by the end of the one before, which is what is measured.
"""

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import LatencyFigures
from benchmarks.load import LoadPlan, Progress
from benchmarks.wake_latency import percentile, wake_latencies

CHAINS = 300
CHAINS_PER_SECOND = 4.0
FIRST_WAIT = "1s"


def measure_latency(bench: BenchCluster, *, chains_of: int, progress: Progress) -> LatencyFigures:
    """The operator under `CHAINS` chains, `CHAINS_PER_SECOND` begun each second."""
    todos = CHAINS * chains_of
    with bench.operator() as operator:
        operator.wait_until_ready()
        operator.wait_until_idle()
        writes = bench.bookmark_writes()
        load = bench.create(LoadPlan(todos, chains_of, FIRST_WAIT, CHAINS_PER_SECOND), operator, progress)
        operator.wait_until_idle()
        milliseconds = [seconds * 1000 for seconds in wake_latencies(load.ends)]
        return LatencyFigures(
            wakes=len(milliseconds),
            todos_per_second=todos / load.seconds,
            p50_ms=percentile(milliseconds, 50),
            p95_ms=percentile(milliseconds, 95),
            max_ms=max(milliseconds),
            writes_per_todo=writes.writes_since().total() / todos,
        )
