"""The operator starts over Todos that have all ended: it must read them, and write nothing."""

import time

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import RestartFigures

SETTLE_SECONDS = 5.0
"""How long after the operator came to rest its writes are still counted: one that comes late is a write too."""


def measure_restart(bench: BenchCluster, *, todos: int) -> RestartFigures:
    """Start the operator on a cluster that holds `todos` finished Todos."""
    writes = bench.bookmark_writes()
    with bench.operator("operator-restarted") as operator:
        ready = operator.wait_until_ready()
        idle = operator.wait_until_idle()
        cpu = operator.cpu_seconds()
        time.sleep(SETTLE_SECONDS)
        return RestartFigures(
            todos=todos,
            seconds=max(ready, idle),
            ready_seconds=ready,
            cpu_seconds=cpu,
            peak_rss_mib=operator.peak_rss_mib(),
            writes=dict(writes.writes_since()),
        )
