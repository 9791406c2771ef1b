"""N Todos that wait for objects which never come: what the operator asks of the API server while nothing happens."""

import time

from benchmarks.api_requests import requests_since
from benchmarks.automation import provide_accounts
from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import IdleFigures
from benchmarks.load import NAMESPACES, LoadPlan
from benchmarks.operator_process import USERNAME, OperatorProcess
from deploy.local.identities import ADMIN

WINDOW_SECONDS = 60.0
WAITING = "/apis/todo.myapp.dev/v1alpha1/todos?fieldSelector=status.reason%3DWaitingForObject"
LONGEST = 300.0


def measure_idle(bench: BenchCluster, *, todos: int, window: float = WINDOW_SECONDS) -> IdleFigures:
    """The operator during `window` seconds in which all `todos` wait and have said so."""
    provide_accounts(bench.cluster, NAMESPACES)
    with bench.operator() as operator:
        operator.wait_until_ready()
        bench.load.seed(LoadPlan(todos, action="vigil"))
        _wait_until_told(bench, operator, todos)
        operator.wait_until_idle()
        log = bench.cluster.audit_log
        offset = log.stat().st_size
        began, cpu = time.monotonic(), operator.cpu_seconds()
        time.sleep(window)
        cpu = operator.cpu_seconds() - cpu
        seconds = time.monotonic() - began
        about_todos, own = requests_since(log, offset, USERNAME)
        return IdleFigures(
            todos=todos,
            seconds=seconds,
            cpu_percent=cpu / seconds * 100,
            rss_mib=operator.rss_mib(),
            requests=dict(about_todos),
            own_requests=dict(own),
        )


def _wait_until_told(bench: BenchCluster, operator: OperatorProcess, todos: int) -> None:
    """Return when every Todo's status says what it waits for, which takes one more write after a while."""
    with bench.client(ADMIN.name) as client:
        operator.wait_until(lambda: len(client.get(WAITING)["items"]) >= todos, LONGEST)
