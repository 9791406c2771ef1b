"""The scenarios of Todos that machines do, with a few Todos, from the load to the figures."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from benchmarks.bench_cluster import BenchCluster, start_cluster
from benchmarks.go_programs import LOADGEN, provide_program
from benchmarks.scenarios.actions import measure_action
from benchmarks.scenarios.idle import measure_idle

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240), pytest.mark.xdist_group("bench")]

FEW = 8


@pytest.fixture(scope="module")
def loadgen() -> Path:
    """The load generator, built once."""
    return provide_program(LOADGEN, Console(stderr=True))


@pytest.fixture
def bench(loadgen: Path) -> Iterator[BenchCluster]:
    """A cluster of the scenario's own, as in a run."""
    started: AbstractContextManager[BenchCluster] = start_cluster("test", loadgen, connections=2, redis=False)
    with started as cluster:
        yield cluster


@pytest.mark.parametrize("action", ["resource", "http"])
def test_what_machines_do_is_measured(bench: BenchCluster, action: Literal["resource", "http"]) -> None:
    """Two writes on each Todo and one effect, and the bare patches of the same Todos afterwards."""
    seen: list[int] = []

    figures = measure_action(bench, action, todos=FEW, progress=seen.append)

    assert figures.status_writes_per_todo == 2
    assert figures.writes["patch todos/status 200"] == 2 * FEW
    assert figures.writes.get("patch configmaps 201", 0) == (FEW if action == "resource" else 0)
    assert (figures.requests, figures.keys) == ((FEW, FEW) if action == "http" else (0, 0))
    assert figures.todos_per_second > 0
    assert figures.cpu_ms_per_todo > 0
    assert figures.bare_patches_per_second > 0


def test_who_waits_asks_for_nothing(bench: BenchCluster) -> None:
    """Once every Todo says what it waits for."""
    figures = measure_idle(bench, todos=FEW, window=5)

    assert figures.requests == {}
    assert figures.seconds >= 5
    waiting = bench.cluster.kubectl("get", "todos", "--all-namespaces", "--no-headers").stdout.splitlines()
    assert len([row for row in waiting if "WaitingForObject" in row]) == FEW
