"""A cluster lives as long as it is wanted and leaves nothing: no process, no file."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster, LocalClusterError
from deploy.local.errors import ClusterExistsError, NoSuchClusterError
from deploy.local.state import ClusterState
from tests.local.conftest import cluster_processes, read_until, wait_until_nothing_is_left

pytestmark = pytest.mark.cluster

SpawnPython = Callable[..., subprocess.Popen[str]]

OWNER = """
import time
from deploy.local import ClusterOptions, LocalCluster
cluster = LocalCluster.start(ClusterOptions(name="owned"), report=print)
print("UP", flush=True)
time.sleep(600)
"""

STARTER = """
from deploy.local import ClusterOptions, LocalCluster
LocalCluster.start(ClusterOptions(name="right", owner={owner}))
"""


def test_two_clusters_at_once(state_folder: Path, spawn_python: SpawnPython) -> None:
    """Two clusters side by side know nothing of each other; one ends with the process named as its owner, alone."""
    owner = spawn_python("-c", "import time; time.sleep(600)")
    starter = spawn_python("-c", STARTER.format(owner=owner.pid))
    with LocalCluster.start(ClusterOptions(name="left")) as left:
        assert starter.wait(60) == 0
        right = LocalCluster.attach("right")
        assert left.server != right.server
        left.kubectl("create", "namespace", "only-left")
        assert right.kubectl("get", "namespace", "only-left", check=False).returncode != 0
        foreign = right.kubectl("--server", left.server, "get", "namespaces", check=False)
        assert "certificate signed by unknown authority" in foreign.stderr
        with pytest.raises(ClusterExistsError, match="'left' is up already"):
            LocalCluster.start(ClusterOptions(name="left"))

        owner.kill()
        wait_until_nothing_is_left(right.state_dir)
        assert left.kubectl("get", "namespace", "only-left").returncode == 0
    wait_until_nothing_is_left(state_folder, timeout=0.5)


def test_everything_is_private(cluster: LocalCluster) -> None:
    """Nothing of a cluster is open to other users of the machine: no folder, no port but the API server's own."""
    assert cluster.state_dir.stat().st_mode & 0o077 == 0
    files = [*cluster.state_dir.rglob("*.key"), *(cluster.state_dir / "kubeconfigs").iterdir()]
    assert [path for path in files if path.stat().st_mode & 0o077] == []
    listening = [
        (process.name(), connection.laddr.ip)
        for process in cluster_processes(cluster.state_dir)
        for connection in process.net_connections(kind="tcp")
        if connection.status == "LISTEN"
    ]
    assert listening == [("kube-apiserver", "127.0.0.1")]


def test_killed_owner_takes_its_cluster_along(state_folder: Path, spawn_python: SpawnPython) -> None:
    """SIGKILL of the process that started a cluster ends all its processes and removes its files."""
    owner = spawn_python("-c", OWNER)
    read_until(owner, "UP")
    assert len(cluster_processes(state_folder)) == 4
    owner.kill()
    wait_until_nothing_is_left(state_folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_start_leaves_nothing(
    state_folder: Path, spawn_python: SpawnPython, number: signal.Signals
) -> None:
    """`up` that is interrupted while the API server starts, even by SIGKILL, cleans up."""
    up = spawn_python("-m", "deploy.local", "up", "--verbose", "--name", "interrupted")
    read_until(up, "waiting for kube-apiserver")
    assert cluster_processes(state_folder)
    up.send_signal(number)
    assert up.wait(timeout=40) != 0
    wait_until_nothing_is_left(state_folder)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills children with their parent")
def test_killed_supervisor_leaves_no_process_and_its_files_are_reaped(state_folder: Path) -> None:
    """Without its supervisor no component survives; the next command removes the folder."""
    cluster = LocalCluster.start(ClusterOptions(name="headless"))
    record = ClusterState("headless").read_record()
    assert record is not None
    supervisor = next(process for process in cluster_processes(state_folder) if process.pid == record.supervisor)
    supervisor.kill()
    _wait_until(lambda: len(cluster_processes(state_folder)) <= 1)  # the dead supervisor is this process's child
    _wait_until(lambda: not ClusterState("headless").is_held())  # its last thread may outlive the one that held them
    with pytest.raises(NoSuchClusterError):
        LocalCluster.attach("headless")
    assert state_folder.exists()
    cluster.stop()
    wait_until_nothing_is_left(state_folder)


def test_dead_component_is_reported_and_the_rest_is_stopped(state_folder: Path) -> None:
    """When etcd dies the cluster is `failed`, says which log to read, and `stop` still removes everything."""
    cluster = LocalCluster.start(ClusterOptions(name="broken"))
    next(process for process in cluster_processes(state_folder) if process.name() == "etcd").kill()
    _wait_until(lambda: len(cluster_processes(state_folder)) == 1)
    record = ClusterState("broken").read_record()
    assert record is not None
    assert record.status == "failed"
    assert "etcd was killed by SIGKILL; its log: " in record.message
    with pytest.raises(LocalClusterError, match="etcd was killed"):
        LocalCluster.attach("broken")
    cluster.stop()
    wait_until_nothing_is_left(state_folder, timeout=0.5)


def _wait_until(is_true: Callable[[], bool], timeout: float = 40.0) -> None:
    deadline = time.monotonic() + timeout
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail("it did not come about in time")
        time.sleep(0.05)
