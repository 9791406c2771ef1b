"""N Todos that a machine does, created at once: each applies a ConfigMap, or sends a request. Then bare status patches.

A status write before the effect and one after it is what each should cost on the Todo itself.
"""

from typing import Literal

from benchmarks.automation import provide_accounts
from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ActionFigures
from benchmarks.load import NAMESPACES, LoadPlan, Progress
from benchmarks.operator_process import LOOPBACK
from benchmarks.scenarios.yardstick import measure_status_patch

HTTP_SETTINGS = {"MYAPP_HTTP_ALLOWED_CIDRS": f"{LOOPBACK}/32"}


def measure_action(
    bench: BenchCluster, action: Literal["resource", "http"], *, todos: int, progress: Progress
) -> ActionFigures:
    """The operator under Todos with this action; then as many bare status patches, when it has ended."""
    provide_accounts(bench.cluster, NAMESPACES)
    with bench.operator(settings=HTTP_SETTINGS) as operator:
        operator.wait_until_ready()
        operator.wait_until_idle()
        writes = bench.bookmark_writes()
        cpu = operator.cpu_seconds()
        load = bench.create(LoadPlan(todos, action=action), operator, progress)
        operator.wait_until_idle()
        cpu = operator.cpu_seconds() - cpu
        counted = writes.writes_since()
        peak = operator.peak_rss_mib()
    return ActionFigures(
        todos=todos,
        todos_per_second=todos / load.seconds,
        creates_per_second=todos / load.create_seconds,
        status_writes_per_todo=sum(count for what, count in counted.items() if " todos/status " in what) / todos,
        cpu_ms_per_todo=cpu / todos * 1000,
        peak_rss_mib=peak,
        load_cpu_ms_per_todo=load.cpu_seconds / todos * 1000,
        bare_patches_per_second=measure_status_patch(bench).patches_per_second,
        requests=load.requests,
        keys=load.keys,
        writes=dict(counted),
    )
