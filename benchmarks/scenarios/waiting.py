"""N Todos that wait for a day: what they cost while nothing happens, and when the operator starts over them.

Each must be looked at once after a start, so each is read: from memory as far as it reaches, else from Redis, or from
the API server.
"""

import time

from redis import Redis

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import WaitingFigures
from benchmarks.load import LoadPlan
from benchmarks.scenarios.restart import SETTLE_SECONDS

WAIT = "24h"


def measure_waiting(bench: BenchCluster, *, todos: int) -> WaitingFigures:
    """The operator while `todos` are created that do not end, then a second one that finds them."""
    with bench.operator() as operator:
        operator.wait_until_ready()
        bench.load.seed(LoadPlan(todos, first_wait=WAIT))
        operator.wait_until_idle()
        rss = operator.rss_mib()
    writes = bench.bookmark_writes()
    with bench.operator("operator-restarted") as operator:
        ready = operator.wait_until_ready()
        idle = operator.wait_until_idle()
        cpu = operator.cpu_seconds()
        time.sleep(SETTLE_SECONDS)
        return WaitingFigures(
            todos=todos,
            rss_mib=rss,
            seconds=max(ready, idle),
            ready_seconds=ready,
            cpu_seconds=cpu,
            peak_rss_mib=operator.peak_rss_mib(),
            reads=operator.cache_reads(),
            writes=dict(writes.writes_since()),
            redis_mib=_used_mib(bench),
        )


def _used_mib(bench: BenchCluster) -> float:
    if bench.redis is None:
        return 0.0
    with Redis.from_url(bench.redis.url) as client:
        return int(client.info("memory")["used_memory_peak"]) / 1024**2
