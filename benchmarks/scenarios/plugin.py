"""`kubectl todo` as a person waits for it: the inbox over many Todos, and a short list, which shows the start-up.

kubectl itself is timed in turn with it on the same Todos, because both depend on the machine in the same way.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import PluginFigures
from benchmarks.load import LoadPlan
from benchmarks.measured_process import MeasuredProcessError

PERSON = "oncall"
QUIET_NAMESPACE = "default"
FEW = 10
RUNS = 7
SHELL_TIMEOUT = 120.0
PROGRAMS = Path(sys.prefix) / "bin"
INBOX = ("kubectl", "todo", "inbox", "-o", "name")
RAW = ("kubectl", "get", "--raw", "/apis/todo.myapp.dev/v1alpha1/todos?fieldSelector=status.reason%3DAwaitingDecision")
LIST = ("kubectl", "todo", "list", "-n", QUIET_NAMESPACE)
GET = ("kubectl", "get", "todos", "-n", QUIET_NAMESPACE)
_FEW_TODOS = "\n---\n".join(
    f"""\
apiVersion: todo.myapp.dev/v1alpha1
kind: Todo
metadata: {{name: few-{number}, namespace: {QUIET_NAMESPACE}}}
spec: {{content: Look at the dashboards, wait: {{duration: 0s}}}}"""
    for number in range(FEW)
)


def measure_plugin(bench: BenchCluster, *, todos: int) -> PluginFigures:
    """The operator brings all Todos to where they wait for a person, and ends; then the commands are timed."""
    with bench.operator() as operator:
        operator.wait_until_ready()
        bench.load.seed(LoadPlan(todos, action="manual"))
        bench.cluster.kubectl("create", "-f", "-", stdin=_FEW_TODOS)
        operator.wait_until_idle()
    shell = _shell(bench)
    for command in (INBOX, RAW, LIST, GET):  # fills kubectl's cache, and Python's
        found = _run(command, shell).count("\n")
        if command is INBOX and found != todos:
            raise MeasuredProcessError(f"the inbox shows {found} Todos of {todos}")
    taken: dict[tuple[str, ...], list[float]] = {command: [] for command in (INBOX, RAW, LIST, GET)}
    for _ in range(RUNS):
        for timed, seconds in taken.items():
            began = time.monotonic()
            _run(timed, shell)
            seconds.append(time.monotonic() - began)
    return PluginFigures(
        todos=todos,
        inbox_seconds=statistics.median(taken[INBOX]),
        raw_seconds=statistics.median(taken[RAW]),
        list_seconds=statistics.median(taken[LIST]),
        get_seconds=statistics.median(taken[GET]),
    )


def _shell(bench: BenchCluster) -> Mapping[str, str]:
    """The environment of the person's shell; Python may keep compiled modules, as an installed plug-in has them."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "KUBECONFIG": str(bench.cluster.kubeconfig(PERSON)),
        "KUBECACHEDIR": str(bench.folder / "kubectl-cache"),
    }


def _run(command: tuple[str, ...], shell: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        executable=PROGRAMS / command[0],
        env=shell,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SHELL_TIMEOUT,
        check=False,
    )
    if done.returncode != 0:
        raise MeasuredProcessError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
