"""Fixtures for every test that needs a real API server: `cluster` and `namespace`.

One control plane serves the whole run, however many pytest-xdist workers it has: the first worker that needs it starts
it, the others find it by name. It belongs to the process that began the run (the xdist controller, or pytest itself),
and so ends with that process even if it is killed.
"""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from deploy.local import ClusterOptions, LocalCluster, LocalClusterError, install
from deploy.local.cluster import stop_cluster
from deploy.local.control_plane_binaries import provide_binaries
from deploy.local.errors import NoSuchClusterError
from deploy.local.state import ClusterState
from deploy.local.tools import helm_binary


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what the tests need before the first test's clock runs: the very first build takes minutes."""
    if session.config.option.collectonly:
        return
    if any(item.get_closest_marker("cluster") for item in session.items):
        provide_binaries()
    if any("helm" in getattr(item, "fixturenames", ()) for item in session.items):
        helm_binary()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the run's cluster, from the process it belongs to, when all workers are done with it."""
    if not _is_worker(session.config):
        stop_cluster(ClusterState(_cluster_name(session.config)))


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LocalCluster:
    """The run's control plane, with crds/, deploy/rbac and deploy/policies installed and in force."""
    name = _cluster_name(request.config)
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if _is_worker(request.config) else shared
    failure = shared / "cluster-failed"
    with FileLock(shared / "cluster.lock"):
        if failure.exists():
            pytest.fail(f"the run's cluster did not start: {failure.read_text()}", pytrace=False)
        try:
            return _find_or_start(name, _owner(request.config))
        except LocalClusterError as error:
            failure.write_text(str(error))
            stop_cluster(ClusterState(name))
            pytest.fail(f"the run's cluster did not start: {error}", pytrace=False)


@pytest.fixture(scope="session")
def helm() -> Path:
    """The real Helm CLI."""
    return helm_binary()


@pytest.fixture
def namespace(cluster: LocalCluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh namespace for one test, named after it; deleted afterwards without waiting for its end."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].rstrip("-")
    name = f"{words}-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("create", "namespace", name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", check=False)


def _find_or_start(name: str, owner: int) -> LocalCluster:
    try:
        return LocalCluster.attach(name)
    except NoSuchClusterError:
        cluster = LocalCluster.start(ClusterOptions(name=name, owner=owner))
        install(cluster)
        return cluster


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _owner(config: pytest.Config) -> int:
    return os.getppid() if _is_worker(config) else os.getpid()


def _cluster_name(config: pytest.Config) -> str:
    return f"pytest-{_owner(config)}"
