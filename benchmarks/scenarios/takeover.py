"""The leader is killed, frozen, or asked to end: how long until another replica brings a new Todo to its end?"""

import signal
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import TakeoverFigures
from benchmarks.measured_process import MeasuredProcessError
from benchmarks.operator_process import OperatorProcess

LEASE_NAMESPACE = "myapp-system"
NAMESPACE = "bench-0"
PATIENCE_SECONDS = 60
_TODO = """\
apiVersion: todo.myapp.dev/v1alpha1
kind: Todo
metadata:
  name: {name}
  namespace: {namespace}
spec:
  content: Done at once, by whoever leads
  wait:
    duration: 0s
"""


def measure_takeovers(bench: BenchCluster) -> TakeoverFigures:
    """Three takeovers, each with two replicas of its own and the lease's default times."""
    return TakeoverFigures(
        killed_seconds=_takeover(bench, "killed", signal.SIGKILL),
        frozen_seconds=_takeover(bench, "frozen", signal.SIGSTOP),
        ended_seconds=_takeover(bench, "ended", signal.SIGTERM),
    )


def _takeover(bench: BenchCluster, name: str, how: signal.Signals) -> float:
    settings = {
        "MYAPP_LEADER_ELECTION": "true",
        "MYAPP_LEASE_NAMESPACE": LEASE_NAMESPACE,
        "MYAPP_LEASE_NAME": "myapp",
        "MYAPP_LEASE_DURATION": "15s",
    }
    log = bench.log
    with ExitStack() as replicas:
        leader = replicas.enter_context(
            OperatorProcess(bench.operator_kubeconfig, log(f"{name}-leader"), {**settings, "MYAPP_IDENTITY": "leader"})
        )
        leader.wait_until(lambda: _leads(log(f"{name}-leader")))
        standby = replicas.enter_context(
            OperatorProcess(
                bench.operator_kubeconfig, log(f"{name}-standby"), {**settings, "MYAPP_IDENTITY": "standby"}
            )
        )
        standby.wait_until_ready()
        standby.wait_until_idle()
        began = time.monotonic()
        leader.signal(how)
        try:
            bench.cluster.kubectl("create", "-f", "-", stdin=_TODO.format(name=name, namespace=NAMESPACE))
            bench.cluster.kubectl(
                "wait", "--for=condition=Complete", f"todo/{name}", "-n", NAMESPACE, f"--timeout={PATIENCE_SECONDS}s"
            )
            seconds = time.monotonic() - began
            if not _leads(log(f"{name}-standby")):
                raise MeasuredProcessError(f"the leader went on after {how.name}: nobody took over")
            return seconds
        finally:
            if how is signal.SIGSTOP:
                leader.signal(signal.SIGCONT)


def _leads(log: Path) -> bool:
    return b"this replica leads" in log.read_bytes()
