"""Nobody gains power by a todo about an object, and what is not accepted goes on by itself once it may."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.api_server import Answer, ApiServer, JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import CONFIG_MAPS, SECRETS, config_map, identity, on_object, thing, thing_definition
from tests.manifests import todo_manifest, todos_path
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

SETTINGS = identity("v1", "ConfigMap", "settings")
CANARY = "canary-3f9a1c"
#: Held effects are tried again after 1, 2, 4 ... seconds.
RECOVERY = 40.0


@pytest.fixture
def developer(cluster: LocalCluster, namespace: str) -> Callable[[str, JsonObject], Answer]:
    """Tries to create a todo as a person who may do nothing else in the namespace."""
    allow_automation(cluster, namespace)
    server = ApiServer(cluster.kubeconfig("developer"))
    return lambda name, spec: server.create(todos_path(namespace), todo_manifest(name, **spec))


@pytest.mark.usefixtures("operator")
def test_who_may_only_create_todos_gains_nothing(
    developer: Callable[[str, JsonObject], Answer], todos: Todos, objects: ClusterObjects
) -> None:
    """They may not even name an account; and what others let an account do that has no rights, changes nothing."""
    before = objects.create(CONFIG_MAPS, config_map("settings", colour="blue"))
    specs: dict[str, JsonObject] = {
        "apply": {"resource": {"operation": "Apply", "manifest": config_map("settings", colour="red"), "force": True}},
        "create": {"resource": {"operation": "Apply", "manifest": config_map("another")}},
        "elsewhere": {
            "resource": {
                "operation": "Apply",
                "manifest": {**config_map("a"), "metadata": {"name": "a", "namespace": "kube-system"}},
            }
        },
        "cluster": {
            "resource": {
                "operation": "Apply",
                "manifest": identity("rbac.authorization.k8s.io/v1", "ClusterRole", "cluster-admin"),
            }
        },
        "patch": {"resource": {"operation": "Patch", "manifest": config_map("settings", colour="red")}},
        "steps": {
            "resource": {
                "operation": "Patch",
                "manifest": SETTINGS,
                "patchType": "JSON",
                "jsonPatch": [{"op": "remove", "path": "/data/colour"}],
            }
        },
        "delete": {"resource": {"operation": "Delete", "manifest": SETTINGS}},
        "wait": {"resource": {"operation": "Wait", "manifest": SETTINGS}},
        "look": {
            "resource": {
                "operation": "Wait",
                "manifest": identity("v1", "Secret", "x"),
                "successWhen": "has(object.data)",
            }
        },
    }
    for name, spec in specs.items():
        assert "may not write a Todo whose action resource" in developer(name, spec).message
        todos.create(name, **spec)

    for name in specs:
        message = todos.wait(name, "Active", "Forbidden", timeout=30)["message"]
        assert "service account default cannot" in message
    assert objects.get(CONFIG_MAPS, "settings") == before
    assert objects.get(CONFIG_MAPS, "another") is None


@pytest.mark.usefixtures("operator")
def test_a_namespace_that_is_not_listed(
    cluster: LocalCluster, todos: Todos, objects: ClusterObjects, namespace: str
) -> None:
    """The message names the line to add; with the binding that it stands for, the todo goes on."""
    create_account(cluster, namespace)
    todos.create("settings", **on_object("Apply", config_map("settings")))

    message = todos.wait("settings", "Active", "AutomationNotAllowed")["message"]
    assert f"add {namespace} to automation.namespaces" in message
    assert objects.get(CONFIG_MAPS, "settings") is None
    allow_automation(cluster, namespace)
    todos.wait("settings", "Succeeded", timeout=RECOVERY)


@pytest.mark.usefixtures("operator", "account")
def test_what_is_refused_goes_on_when_the_cause_is_gone(
    cluster: LocalCluster, todos: Todos, objects: ClusterObjects, namespace: str
) -> None:
    """Rights, quotas, admission policies, missing objects and kinds: each with its reason."""
    cluster.kubectl("create", "quota", "none", f"--namespace={namespace}", "--hard=count/services=0")
    service = {**identity("v1", "Service", "web"), "spec": {"ports": [{"port": 80}], "type": "ClusterIP"}}
    role = {**identity("rbac.authorization.k8s.io/v1", "Role", "reader"), "rules": []}
    todos.create("quota", **on_object("Apply", service))
    todos.create("right", **on_object("Apply", role))
    todos.create("object", **on_object("Patch", config_map("later", a="b")))
    todos.create("kind", **on_object("Apply", {**thing("a", 1), "apiVersion": "later.example.dev/v1"}))

    assert "exceeded quota" in todos.wait("quota", "Active", "QuotaExceeded", timeout=30)["message"]
    assert "cannot patch resource" in todos.wait("right", "Active", "Forbidden", timeout=30)["message"]
    assert (
        todos.wait("object", "Active", "ObjectNotFound", timeout=30)["message"]
        == "there is no ConfigMap later to patch"
    )
    assert "knows no kind Thing in later.example.dev/v1" in todos.wait("kind", "Active", "KindNotFound")["message"]
    cluster.kubectl("delete", "quota", "none", f"--namespace={namespace}")
    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "rolebinding", "all", f"--namespace={namespace}", "--clusterrole=cluster-admin", subject)
    objects.create(CONFIG_MAPS, config_map("later"))
    definition = json.dumps(thing_definition()).replace("example.dev", "later.example.dev")
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=definition)
    for name in ("quota", "right", "object", "kind"):
        todos.wait(name, "Succeeded", timeout=RECOVERY)


@pytest.mark.parametrize(
    ("spec", "reason", "words"),
    [
        (on_object("Apply", {**config_map("a"), "data": {"a": 5}}), "InvalidManifest", "expected string"),
        (on_object("Apply", {**config_map("a"), "dta": {}}), "InvalidManifest", "field not declared in schema"),
        (
            on_object("Apply", {**identity("apps/v1", "Deployment", "a"), "spec": {}}),
            "InvalidManifest",
            "spec.selector",
        ),
    ],
    ids=["type", "field", "incomplete"],
)
@pytest.mark.usefixtures("operator", "account")
def test_a_manifest_that_is_no_object_of_its_kind(todos: Todos, spec: JsonObject, reason: str, words: str) -> None:
    """Only its author can change that: the todo fails, and says what the API server says."""
    todos.create("bad", **spec)

    assert words in todos.wait("bad", "Failed", reason)["message"]


def test_accounts_of_kube_system_and_of_the_operator_are_never_used(
    cluster: LocalCluster, namespace: str, tmp_path: Path
) -> None:
    """Whatever rights the operator has there."""
    log, places = tmp_path / "operator.log", ("kube-system", "myapp-system")
    name = f"a-{namespace[-8:]}"
    with OperatorProcess(cluster.kubeconfig("operator"), log, places):
        for place in places:
            allow_automation(cluster, place)
            todos = Todos(cluster, place)
            todos.create(name, resource={"operation": "Apply", "manifest": config_map(name)})
            assert "are never used" in todos.wait(name, "Active", "AutomationNotAllowed")["message"]
            todos.delete(name)
            todos.close()
            assert not cluster.kubectl("get", "configmaps", name, f"--namespace={place}", check=False).stdout
            cluster.kubectl("delete", "rolebinding/automation", "role/automation", f"--namespace={place}")


@pytest.mark.usefixtures("account")
def test_what_a_secret_holds_is_told_nowhere(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, objects: ClusterObjects, namespace: str
) -> None:
    """Neither by what succeeds nor by what fails: not in a status, an Event, a metric or a line of the log."""
    secret = {**identity("v1", "Secret", "token"), "stringData": {"key": CANARY}}
    objects.create(SECRETS, secret)
    target = identity("v1", "Secret", "token")
    todos.create("wait", **on_object("Wait", target, success_when="'key' in object.data"))
    todos.create(
        "read", **on_object("Wait", target, failure_when="object.data.key != ''", success_when="object.data.key")
    )
    todos.create("wrong", **on_object("Patch", {**target, "dta": {"a": "b"}}))
    bad_steps = [
        {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}},
        {"op": "test", "path": "/x", "value": 1},
    ]
    steps = {"operation": "Patch", "manifest": target, "patchType": "JSON", "jsonPatch": bad_steps}
    todos.create("steps", serviceAccountName=ACCOUNT, resource=steps)

    todos.wait("wait", "Succeeded")
    todos.wait("read", "Failed", "ObjectFailed")
    assert "not repeated" in todos.wait("wrong", "Failed", "InvalidManifest")["message"]
    todos.wait("steps", "Failed", "InvalidManifest")
    events = cluster.kubectl("get", "events", f"--namespace={namespace}", "-o", "json").stdout
    everything = json.dumps(todos.all()) + events + operator.exposition() + operator.log.read_text()
    assert "wrong" in everything
    for canary in (CANARY, "Y2FuYXJ5LTNmOWExYw"):  # and in base64
        assert canary not in everything
