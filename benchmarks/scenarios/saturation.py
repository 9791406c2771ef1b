"""All Todos created at once, the controller brings them to their end: the measurement that several scenarios share."""

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ControllerFigures
from benchmarks.load import LoadPlan, Progress
from benchmarks.measured_process import MeasuredProcess


def measure_saturation(
    bench: BenchCluster, controller: MeasuredProcess, *, todos: int, chains_of: int = 1, progress: Progress
) -> ControllerFigures:
    """Load a controller that is ready, and tell what it did and used until it was idle again."""
    controller.wait_until_idle()
    writes = bench.bookmark_writes()
    cpu_before = controller.cpu_seconds()
    load = bench.create(LoadPlan(todos, chains_of), controller, progress)
    controller.wait_until_idle()
    cpu = controller.cpu_seconds() - cpu_before
    counted = writes.writes_since()
    return ControllerFigures(
        todos=todos,
        todos_per_second=todos / load.seconds,
        creates_per_second=todos / load.create_seconds,
        writes_per_todo=counted.total() / todos,
        cpu_ms_per_todo=cpu / todos * 1000,
        peak_rss_mib=controller.peak_rss_mib(),
        load_cpu_ms_per_todo=load.cpu_seconds / todos * 1000,
        writes=dict(counted),
    )
