"""N Todos in chains, all created at once: every Todo but the first of its chain waits for the one before."""

from dataclasses import replace

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ControllerFigures
from benchmarks.load import Progress
from benchmarks.scenarios.saturation import measure_saturation


def measure_chains(bench: BenchCluster, *, todos: int, chains_of: int, progress: Progress) -> ControllerFigures:
    """The operator under chains of Todos."""
    with bench.operator() as operator:
        operator.wait_until_ready()
        figures = measure_saturation(bench, operator, todos=todos, chains_of=chains_of, progress=progress)
        return replace(figures, reads=operator.cache_reads())
