"""The adapters of workflows over the real API server, as the operator, whose rights they have."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from deploy.local import LocalCluster
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kubeconfig_library import Configuration, load_kube_config
from tests.api_server import ApiServer


class NoCounter:
    """RequestCounter that counts nothing."""

    def requested(self, method: str, code: str, seconds: float) -> None:
        """Nothing."""


@pytest.fixture
def admin(cluster: LocalCluster) -> Iterator[ApiServer]:
    """The API server as admin."""
    server = ApiServer(cluster.kubeconfig())
    yield server
    server.close()


@pytest.fixture
async def client(cluster: LocalCluster) -> AsyncIterator[KubeClient]:
    """The operator's own client."""
    configuration = Configuration()
    await load_kube_config(str(cluster.kubeconfig("operator")), client_configuration=configuration)
    access = ClusterAccess(str(configuration.host), configuration)
    async with KubeClient(
        access,
        connections=4,
        timeout=timedelta(seconds=10),
        counter=NoCounter(),
        agent="myapp/test",
        may_write=lambda: True,
    ) as opened:
        yield opened
