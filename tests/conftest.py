"""Fixtures for every test that needs a real API server (`cluster`, `namespace`) or a real node (`node_cluster`).

One control plane serves the whole run, however many pytest-xdist workers it has: the first worker that needs it starts
it, the others find it by name. It belongs to the process that began the run (the xdist controller, or pytest itself),
and so ends with that process even if it is killed. A second one, with a node and without anything of this project
installed, serves the tests marked `node`; where no node can run they are skipped, and the reason says what is missing.
"""

import os
import re
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from deploy.local import ClusterOptions, LocalCluster, LocalClusterError, install
from deploy.local.cluster import stop_cluster
from deploy.local.control_plane_binaries import provide_binaries
from deploy.local.errors import NoSuchClusterError
from deploy.local.node.programs import provide_node
from deploy.local.node.requirements import find_obstacle
from deploy.local.state import ClusterState
from deploy.local.tools import helm_binary
from tests.api_server import ApiServer


def pytest_configure(config: pytest.Config) -> None:
    """The marks that need code to act; examples without a clock; and what the programs that tests start inherit.

    How long an example takes says how busy the machine is, and nothing of what is tested.

    API servers and the thousands of kubectl and Helm spend a fifth less CPU when they collect garbage half as often,
    for 130 MiB more of each API server.

    A shell starts what runs in its background with SIGINT ignored, and children inherit that: they could not be
    interrupted. A signal that is handled here is back to its default in them.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("GOGC", "200")
    settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")
    config.addinivalue_line("markers", "node: needs a real node (deploy/local/node); skipped where none can run")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what the tests need before the first test's clock runs: the very first build takes minutes."""
    _require_groups(session)
    if session.config.option.collectonly:
        return
    if any(item.get_closest_marker("cluster") for item in session.items):
        provide_binaries()
    if any(item.get_closest_marker("node") for item in session.items) and find_obstacle() is None:
        provide_node()
    if any("helm" in getattr(item, "fixturenames", ()) for item in session.items):
        helm_binary()


def _require_groups(session: pytest.Session) -> None:
    """Tests of one group share a cluster: apart, each worker would start one of its own, and say nothing about it."""
    if not session.config.getoption("loadgroup", False):
        return
    for item in session.items:
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(
                f"{item.nodeid} is in no group although it is marked xdist_group: this pytest-xdist cannot group tests "
                f"of pytest {pytest.__version__}; install requirements/dev.lock"
            )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the run's cluster, from the process it belongs to, when all workers are done with it."""
    if not _is_worker(session.config):
        stop_cluster(ClusterState(_cluster_name(session.config)))
        stop_cluster(ClusterState(_node_cluster_name(session.config)))


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LocalCluster:
    """The run's control plane, with crds/, deploy/rbac and deploy/policies installed and in force."""
    options = ClusterOptions(name=_cluster_name(request.config), owner=_owner(request.config))
    return _share(options, request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def node_cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LocalCluster:
    """The run's cluster with a node, on which pods run; nothing of this project is installed in it."""
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    options = ClusterOptions(name=_node_cluster_name(request.config), owner=_owner(request.config), node=True)
    return _share(options, request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def helm() -> Path:
    """The real Helm CLI."""
    return helm_binary()


@pytest.fixture
def namespace(cluster: LocalCluster, request: pytest.FixtureRequest) -> str:
    """A fresh namespace for one test, named after it.

    It is left behind for the end of the cluster: to delete one, its server looks for objects of every kind, which costs
    it more than most tests do.
    """
    return _create_namespace(cluster, request)


@pytest.fixture
def node_namespace(node_cluster: LocalCluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """As `namespace`, in the cluster with a node; deleted afterwards, without waiting for its end: pods run in it."""
    name = _create_namespace(node_cluster, request)
    yield name
    node_cluster.kubectl("delete", "namespace", name, "--wait=false", check=False)


def _create_namespace(cluster: LocalCluster, request: pytest.FixtureRequest) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].rstrip("-")
    name = f"{words}-{uuid.uuid4().hex[:8]}"
    # A kubectl takes five times the CPU, and nearly every test needs one.
    with closing(ApiServer(cluster.kubeconfig())) as server:
        answer = server.create(
            "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        )
    assert answer.accepted, answer.message
    return name


def _share(options: ClusterOptions, config: pytest.Config, folders: pytest.TempPathFactory) -> LocalCluster:
    shared = folders.getbasetemp()
    shared = shared.parent if _is_worker(config) else shared
    failure = shared / f"{options.name}-failed"
    with FileLock(shared / f"{options.name}.lock"):
        if failure.exists():
            pytest.fail(f"the run's cluster did not start: {failure.read_text()}", pytrace=False)
        try:
            return _find_or_start(options)
        except LocalClusterError as error:
            failure.write_text(str(error))
            stop_cluster(ClusterState(options.name))
            pytest.fail(f"the run's cluster did not start: {error}", pytrace=False)


def _find_or_start(options: ClusterOptions) -> LocalCluster:
    try:
        return LocalCluster.attach(options.name)
    except NoSuchClusterError:
        cluster = LocalCluster.start(options)
        if not options.node:
            install(cluster)
        return cluster


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _owner(config: pytest.Config) -> int:
    return os.getppid() if _is_worker(config) else os.getpid()


def _cluster_name(config: pytest.Config) -> str:
    return f"pytest-{_owner(config)}"


def _node_cluster_name(config: pytest.Config) -> str:
    return f"{_cluster_name(config)}-node"
