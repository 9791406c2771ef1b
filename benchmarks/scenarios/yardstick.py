"""The same load on the yardstick instead of the operator, then the bare rate of status patches."""

from pathlib import Path

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ControllerFigures, PatchFigures
from benchmarks.load import PREFIX, Progress
from benchmarks.scenarios.saturation import measure_saturation
from benchmarks.yardstick_process import YardstickProcess

WORKERS = 16


def measure_yardstick(bench: BenchCluster, program: Path, *, todos: int, progress: Progress) -> ControllerFigures:
    """The yardstick under independent Todos; leaves the finished Todos in the cluster."""
    with YardstickProcess(program, bench.operator_kubeconfig, bench.log("yardstick"), workers=WORKERS) as yardstick:
        yardstick.wait_until_ready()
        return measure_saturation(bench, yardstick, todos=todos, progress=progress)


def measure_status_patch(bench: BenchCluster, prefix: str = PREFIX, most: int = 0) -> PatchFigures:
    """Patch the status of each Todo whose name begins so once, of `most` at most, while no controller runs."""
    load = bench.load.patch(prefix, most)
    return PatchFigures(todos=load.todos, patches_per_second=load.todos / load.seconds)
