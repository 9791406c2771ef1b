"""The running operator, its todos and its writes, and the same with a proxy that can break its connections."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster, install
from tests.api_server import ApiServer
from tests.reliability.fault_proxy import WATCHES_OF_KINDS, FaultProxy
from tests.reliability.guard_scene import Scene
from tests.running_operator.automation import allow_automation, create_account
from tests.running_operator.fixtures import (
    operator,
    pytest_runtest_makereport,
    show_log,
    stopped_operator,
    todos,
    writes,
)
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]


@pytest.fixture
def proxy(cluster: LocalCluster) -> Iterator[FaultProxy]:
    """A proxy in front of the cluster's API server, with the operator's credentials."""
    with FaultProxy(cluster.kubeconfig("operator")) as proxy:
        yield proxy


@pytest.fixture
def stopped_proxied_operator(
    proxy: FaultProxy, namespace: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """The operator for the test's namespace, behind the proxy; to be started by the test."""
    kubeconfig = proxy.write_kubeconfig(tmp_path / "proxied.yaml")
    operator = OperatorProcess(kubeconfig, tmp_path / "operator.log", [namespace])
    show_log(request.node, operator)
    yield operator
    if operator.alive:
        operator.kill()


@pytest.fixture
def proxied_operator(proxy: FaultProxy, stopped_proxied_operator: OperatorProcess) -> OperatorProcess:
    """The operator for the test's namespace, behind the proxy, running, ready and watching all kinds."""
    stopped_proxied_operator.start()
    proxy.wait_for_watches(WATCHES_OF_KINDS)
    return stopped_proxied_operator


@pytest.fixture(scope="package")
def guarded_cluster() -> Iterator[LocalCluster]:
    """A control plane with everything installed."""
    with LocalCluster.start(ClusterOptions(name=f"guard-{os.getpid()}")) as cluster:
        install(cluster)
        yield cluster


@pytest.fixture
def scene(guarded_cluster: LocalCluster, tmp_path: Path) -> Iterator[Scene]:
    """Intact policies, and an operator that has not been started."""
    namespace = f"guard-{time.monotonic_ns()}"
    guarded_cluster.kubectl("create", "namespace", namespace)
    operator = OperatorProcess(guarded_cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace])
    admin = ApiServer(guarded_cluster.kubeconfig())
    scene = Scene(guarded_cluster, namespace, Todos(guarded_cluster, namespace), operator, admin)
    yield scene
    if operator.alive:
        operator.kill()
    print(operator.end_of_log() if operator.log.exists() else "")  # shown with a failure
    scene.mend()
    scene.todos.close()
    admin.close()


@pytest.fixture
def acting_operator(
    *, cluster: LocalCluster, namespace: str, proxy: FaultProxy, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """The operator behind the proxy, running, with an account to act as, and allowed to send to this machine."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    kubeconfig = proxy.write_kubeconfig(tmp_path / "proxied.yaml")
    settings = {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}
    operator = OperatorProcess(kubeconfig, tmp_path / "operator.log", [namespace], settings)
    show_log(request.node, operator)
    with operator:
        proxy.wait_for_watches(WATCHES_OF_KINDS)
        yield operator
