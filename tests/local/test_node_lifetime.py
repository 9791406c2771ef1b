"""A cluster with a node leaves nothing either: no process, mount, interface, control group or file, however it ends."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster, LocalClusterError
from deploy.local.node.configuration import PAUSE_IMAGE
from deploy.local.node.requirements import find_obstacle
from deploy.local.state import STATE_VARIABLE, ClusterState
from tests.local.conftest import read_until, wait_until_nothing_is_left
from tests.local.node_traces import Machine, NodeTraces, interfaces_to, wait_until_no_interface

pytestmark = [pytest.mark.cluster, pytest.mark.node, pytest.mark.xdist_group("node-lifetime"), pytest.mark.timeout(300)]

SpawnPython = Callable[..., subprocess.Popen[str]]
Trace = Callable[[Path], NodeTraces]
OWNER = """\
import time
from deploy.local import ClusterOptions, LocalCluster
LocalCluster.start(ClusterOptions(name="owned", node=True))
print("UP", flush=True)
time.sleep(600)
"""
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "sleeper"},
    "spec": {"containers": [{"name": "pause", "image": PAUSE_IMAGE, "imagePullPolicy": "Never"}]},
}


@pytest.fixture(autouse=True)
def unchanged_machine() -> Iterator[None]:
    """Whatever a test does, the machine is afterwards as it was before."""
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    before = Machine.now()
    yield
    assert Machine.now() == before


@pytest.fixture
def trace() -> Iterator[Trace]:
    """Notes what the node in a cluster's folder has on the machine."""
    noted: list[NodeTraces] = []

    def note(folder: Path) -> NodeTraces:
        noted.append(NodeTraces(folder))
        return noted[-1]

    yield note
    for traces in noted:
        traces.close()


def run_pod(cluster: LocalCluster) -> None:
    """Run a pod that stays, so that there are containers to be cleared away."""
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(POD))
    cluster.kubectl("wait", "pod/sleeper", "--for=condition=Ready", "--timeout=90s")


def wait_until_gone(traces: NodeTraces, timeout: float = 40.0) -> None:
    """Fail unless everything of the node is gone in time."""
    deadline = time.monotonic() + timeout
    while left := traces.left():
        if time.monotonic() > deadline:
            pytest.fail(f"left over: {left}")
        time.sleep(0.1)


def test_two_nodes_side_by_side_each_leave_nothing(state_folder: Path, spawn_python: SpawnPython, trace: Trace) -> None:
    """Two nodes have networks of their own; one goes with its killed owner, the other with `stop`, pods and all."""
    owner = spawn_python("-c", OWNER)
    with LocalCluster.start(ClusterOptions(name="stopped", node=True)) as stopped:
        read_until(owner, "UP")
        owned = LocalCluster.attach("owned")
        clusters = {cluster.name: (cluster, trace(cluster.state_dir)) for cluster in (owned, stopped)}
        for cluster, traces in clusters.values():
            run_pod(cluster)
            assert len(interfaces_to(cluster.server)) == 1
            assert len(traces.left()) > 10

        owner.kill()
        wait_until_gone(clusters["owned"][1])
        wait_until_no_interface(owned.server)
        phase = stopped.kubectl("get", "pod", "sleeper", "-o", "jsonpath={.status.phase}").stdout
        assert phase == "Running"
    assert clusters["stopped"][1].left() == []
    wait_until_no_interface(stopped.server)
    wait_until_nothing_is_left(state_folder, timeout=0.5)


def test_killed_supervisor_takes_the_node_along(state_folder: Path, trace: Trace) -> None:
    """The kernel ends every process of the node, pods too; the next command removes control groups and files."""
    cluster = LocalCluster.start(ClusterOptions(name="headless", node=True))
    run_pod(cluster)
    traces = trace(cluster.state_dir)
    record = ClusterState("headless").read_record()
    assert record is not None
    subprocess.run(["kill", "-KILL", str(record.supervisor)], check=True)
    deadline = time.monotonic() + 40
    while any(text.startswith("process") for text in traces.left()) or interfaces_to(cluster.server):
        if time.monotonic() > deadline:
            pytest.fail(f"left over: {traces.left()}, {interfaces_to(cluster.server)}")
        time.sleep(0.1)
    cluster.stop()
    assert traces.left() == []
    wait_until_nothing_is_left(state_folder)


def test_node_runs_where_files_are_in_layers_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trace: Trace
) -> None:
    """In a container the cluster's folder is on an overlay, which bears no second one: there files are copied."""
    for name in ("lower", "upper", "work", "merged"):
        (tmp_path / name).mkdir()
    layers = f"lowerdir={tmp_path}/lower,upperdir={tmp_path}/upper,workdir={tmp_path}/work"
    subprocess.run(["mount", "-t", "overlay", "-o", layers, "layered", tmp_path / "merged"], check=True)
    try:
        monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "merged" / "clusters"))
        with LocalCluster.start(ClusterOptions(name="layered", node=True)) as cluster:
            run_pod(cluster)
            traces = trace(cluster.state_dir)
        assert traces.left() == []
    finally:
        subprocess.run(["umount", tmp_path / "merged"], check=True)


@pytest.mark.parametrize("moment", ["starting containerd", "waiting for the node"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_start_leaves_nothing(
    state_folder: Path, spawn_python: SpawnPython, trace: Trace, number: signal.Signals, moment: str
) -> None:
    """`up --node` that is interrupted, early or late, cleans up."""
    up = spawn_python("-m", "deploy.local", "up", "--node", "--verbose", "--name", "interrupted")
    read_until(up, moment)
    traces = trace(state_folder / "interrupted")
    up.send_signal(number)
    assert up.wait(timeout=40) != 0
    wait_until_gone(traces)
    wait_until_nothing_is_left(state_folder)


def test_dead_runtime_is_reported_and_the_rest_is_stopped(state_folder: Path, trace: Trace) -> None:
    """When containerd dies the cluster is `failed` and says which log to read; no pod outlives it."""
    cluster = LocalCluster.start(ClusterOptions(name="broken", node=True))
    run_pod(cluster)
    traces = trace(cluster.state_dir)
    subprocess.run(["pkill", "-KILL", "-f", f"containerd --config={cluster.state_dir}"], check=True)
    deadline = time.monotonic() + 40
    while (record := ClusterState("broken").read_record()) is None or record.status != "failed":
        if time.monotonic() > deadline:
            pytest.fail(f"not reported: {record}")
        time.sleep(0.05)
    assert "containerd was killed by SIGKILL; its log: " in record.message
    with pytest.raises(LocalClusterError, match="containerd was killed"):
        LocalCluster.attach("broken")
    cluster.stop()
    assert traces.left() == []
    wait_until_nothing_is_left(state_folder)
