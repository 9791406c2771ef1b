"""The operator is killed at each write of a todo about an object: what is done to the object is done once."""

from collections.abc import Callable, Iterator

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import CONFIG_MAPS, DEPLOYMENTS, config_map, deployment, identity, on_object
from tests.reliability.crashes import POINTS, fatal, write_of
from tests.reliability.fault_proxy import FaultProxy
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

STATUS = "todos/status"
APPEND = {"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "twice"}
#: What is done, about which resource, and the writes that it takes: resource and how manieth.
OPERATIONS: dict[str, tuple[JsonObject, str, list[tuple[str, int]]]] = {
    "apply": (
        on_object("Apply", config_map("settings", colour="red")),
        "configmaps",
        [(STATUS, 1), ("configmaps", 1), (STATUS, 2)],
    ),
    "patch": (
        {
            "serviceAccountName": ACCOUNT,
            "resource": {
                "operation": "Patch",
                "manifest": identity("apps/v1", "Deployment", "web"),
                "patchType": "JSON",
                "jsonPatch": [APPEND],
            },
        },
        "deployments",
        [(STATUS, 1), (STATUS, 2), ("deployments", 1), (STATUS, 3)],
    ),
    "delete": (
        on_object("Delete", identity("v1", "ConfigMap", "settings")),
        "configmaps",
        [(STATUS, 1), (STATUS, 2), ("configmaps", 1), (STATUS, 3)],
    ),
}
CRASHES = [
    pytest.param((operation, write, point), id=f"{operation}-{index}-{point}")
    for operation, (_, _, writes) in OPERATIONS.items()
    for index, write in enumerate(writes, 1)
    for point in POINTS
]


@pytest.fixture
def objects(cluster: LocalCluster, namespace: str) -> Iterator[ClusterObjects]:
    """Objects of the namespace, whose account the operator may act as."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    server = ApiServer(cluster.kubeconfig())
    yield ClusterObjects(server, namespace)
    server.close()


def prepared(objects: ClusterObjects, operation: str) -> Callable[[], bool]:
    """What is there before; returns whether it is afterwards as it is to be."""
    if operation == "apply":
        return lambda: (objects.get(CONFIG_MAPS, "settings") or {})["data"] == {"colour": "red"}
    if operation == "delete":
        objects.create(CONFIG_MAPS, config_map("settings"))
        return lambda: objects.get(CONFIG_MAPS, "settings") is None
    manifest = deployment("web", replicas=0)
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["args"] = ["once"]
    objects.create(DEPLOYMENTS, manifest)

    def is_patched() -> bool:
        found = objects.get(DEPLOYMENTS, "web")
        return found is not None and found["spec"]["template"]["spec"]["containers"][0]["args"] == ["once", "twice"]

    objects.wait(DEPLOYMENTS, "web", lambda found: bool((found or {})["status"].get("observedGeneration")))
    return is_patched


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_repeats_nothing(
    proxy: FaultProxy,
    proxied_operator: OperatorProcess,
    todos: Todos,
    objects: ClusterObjects,
    crash: tuple[str, tuple[str, int], str],
) -> None:
    """The successor leads the todo to the same end, and the object is what one operation makes of it."""
    operation, (resource, number), point = crash
    spec, written, _ = OPERATIONS[operation]
    is_done = prepared(objects, operation)
    with proxy.fault(fatal(proxied_operator, point, write_of(resource), number)):
        todos.create("todo", **spec)
        assert proxied_operator.wait_for_end(timeout=30) < 0
    proxied_operator.start()

    assert todos.wait("todo", "Succeeded", timeout=40)["attempt"] == 1
    assert is_done()
    assert written in {request.resource for request in proxy.requests}
