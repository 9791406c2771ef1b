"""What the tests of the custom resources share: clients of the API server, and Todos to try things on."""

from collections.abc import Callable, Iterator

import pytest

from deploy.local import LocalCluster
from tests.integration.crd.api_server import ApiServer, JsonObject
from tests.integration.crd.manifests import todo_manifest, todos_path


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
def create_todo(api: ApiServer, namespace: str) -> Callable[..., JsonObject]:
    """Creates a Todo in the test's namespace: `create_todo("name", phase="Active", timeout="1h")`."""

    def create(name: str = "todo", *, phase: str | None = None, **spec: object) -> JsonObject:
        created = api.create(todos_path(namespace), todo_manifest(name, **spec))
        assert created.accepted, created.message
        if phase is None:
            return created.body
        moved = api.patch(f"{todos_path(namespace)}/{name}/status", {"status": {"phase": phase}})
        assert moved.accepted, moved.message
        return moved.body

    return create
