"""N Todos without dependencies that end as soon as the operator sees them: one status write each."""

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ControllerFigures
from benchmarks.load import Progress
from benchmarks.scenarios.saturation import measure_saturation


def measure_independent(bench: BenchCluster, *, todos: int, progress: Progress) -> ControllerFigures:
    """The operator under independent Todos; leaves the finished Todos in the cluster."""
    with bench.operator() as operator:
        operator.wait_until_ready()
        return measure_saturation(bench, operator, todos=todos, progress=progress)
