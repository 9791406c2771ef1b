"""What the tests of the custom resources share: clients of the API server, and Todos to try things on."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from deploy.local import ClusterOptions, LocalCluster
from tests.api_server import ApiServer
from tests.integration.crd.crd_upgrade_cluster import CrdUpgradeCluster
from tests.integration.crd.todo_creator import TodoCreator


@pytest.fixture(scope="session")
def api_as(cluster: LocalCluster) -> Iterator[Callable[[str], ApiServer]]:
    """A client for each user of the local cluster."""
    clients: dict[str, ApiServer] = {}

    def client(user: str) -> ApiServer:
        if user not in clients:
            clients[user] = ApiServer(cluster.kubeconfig(user))
        return clients[user]

    yield client
    for opened in clients.values():
        opened.close()


@pytest.fixture
def api(api_as: Callable[[str], ApiServer]) -> ApiServer:
    """The API server as admin sees it."""
    return api_as("admin")


@pytest.fixture
def operator_api(api_as: Callable[[str], ApiServer]) -> ApiServer:
    """The API server as the operator sees it, who alone may write a status."""
    return api_as("operator")


@pytest.fixture(scope="module")
def shared_namespace(cluster: LocalCluster) -> Iterator[str]:
    """A namespace for the tests of one module that leave nothing behind in it: a fresh one each would take longer."""
    name = f"shared-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("create", "namespace", name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def create_todo(api: ApiServer, operator_api: ApiServer, namespace: str) -> TodoCreator:
    """Creates a Todo in the test's namespace: `create_todo("name", phase="Active", timeout="1h")`."""

    return TodoCreator(api, operator_api, namespace)


@pytest.fixture(scope="package")
def upgrade_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrdUpgradeCluster]:
    """A cluster of its own for tests that delete and change CRDs; they share the xdist group `crd-upgrade`."""
    with LocalCluster.start(ClusterOptions(name=f"crd-upgrade-{os.getpid()}")) as cluster:
        yield CrdUpgradeCluster(cluster, tmp_path_factory.mktemp("crd-upgrade"))


@pytest.fixture
def crds(upgrade_cluster: CrdUpgradeCluster) -> CrdUpgradeCluster:
    """That cluster without our CRDs."""
    upgrade_cluster.reset()
    return upgrade_cluster
