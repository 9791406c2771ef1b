"""Who writes a status: the operator alone, whatever RBAC says; with real credentials."""

import json
from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from deploy.local.identities import ADMIN, OPERATOR, PIPELINE
from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.todo_creator import TodoCreator
from tests.manifests import decision_manifest, decisions_path, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

POLICY = "myapp.myapp-system.status.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "

ApiAs = Callable[[str], ApiServer]


def refused(user: str, resource: str, name: str, namespace: str) -> str:
    """What whoever is not the operator is told."""
    return (
        f'{DENIED}user "{user}" may not write the status of {resource} "{name}" in namespace "{namespace}": '
        f"the operator alone may, as {OPERATOR.username}; people decide instead (kubectl todo), and where a "
        "backup is restored docs/operations.md says how"
    )


def may_write_status(cluster: LocalCluster, namespace: str, user: str) -> None:
    """Give the user by RBAC what no shipped role gives: the right to write any status."""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "status-writer", "namespace": namespace},
        "rules": [{"apiGroups": ["todo.myapp.dev"], "resources": ["*/status"], "verbs": ["update", "patch"]}],
    }
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(role))
    cluster.kubectl(
        "create", "rolebinding", "status-writer", "--role=status-writer", f"--user={user}", f"--namespace={namespace}"
    )


@pytest.mark.parametrize("user", [ADMIN.name, "oncall", PIPELINE.name])
def test_rbac_is_not_enough_for_a_todo(
    cluster: LocalCluster, api_as: ApiAs, namespace: str, create_todo: TodoCreator, user: str
) -> None:
    """A status could say that something was approved: no person, pipeline or administrator writes one."""
    create_todo("deploy")
    name = PIPELINE.username if user == PIPELINE.name else user
    may_write_status(cluster, namespace, name)

    answer = api_as(user).patch(f"{todos_path(namespace)}/deploy/status", {"status": {"phase": "Succeeded"}})

    assert answer.code == 403
    assert answer.message.endswith(refused(name, "todos", "deploy", namespace))


def test_nor_for_a_decision(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """Whether a decision counted is the operator's word as well."""
    made = api.create(decisions_path(namespace), decision_manifest(create_todo("deploy"), username="admin"))
    assert made.accepted, made.message

    answer = api.patch(f"{decisions_path(namespace)}/decision/status", {"status": {"outcome": "Counted"}})

    assert answer.message.endswith(refused("admin", "tododecisions", "decision", namespace))


@pytest.mark.parametrize(
    "how",
    [("replace", "--subresource=status"), ("apply", "--server-side", "--force-conflicts", "--subresource=status")],
)
def test_by_whatever_verb(
    cluster: LocalCluster, api: ApiServer, namespace: str, create_todo: TodoCreator, how: tuple[str, ...]
) -> None:
    """An update and a server-side apply are refused as a patch is."""
    manifest: JsonObject = {**create_todo("deploy"), "status": {"phase": "Succeeded"}}
    del manifest["metadata"]["managedFields"]

    completed = cluster.kubectl(*how, "--filename=-", stdin=json.dumps(manifest), check=False)

    assert 'user "admin" may not write the status of todos "deploy"' in completed.stderr
    assert "phase" not in api.get(f"{todos_path(namespace)}/deploy").body["status"]


def test_a_status_that_is_created_along_is_dropped(api: ApiServer, namespace: str) -> None:
    """By the API server itself: nobody is born approved."""
    answer = api.create(todos_path(namespace), {**todo_manifest("deploy"), "status": {"phase": "Succeeded"}})

    assert answer.body["status"] == {"observedGeneration": -1}


def test_the_operator_writes_both(
    operator_api: ApiServer, api: ApiServer, namespace: str, create_todo: TodoCreator
) -> None:
    """And whoever may impersonate it, which is a cluster admin, in order to restore a backup."""
    todo = create_todo("deploy", phase="Active")
    made = api.create(decisions_path(namespace), decision_manifest(todo, username="admin"))
    assert made.accepted, made.message

    judged = operator_api.patch(f"{decisions_path(namespace)}/decision/status", {"status": {"outcome": "Counted"}})

    assert judged.accepted, judged.message


def test_everything_but_the_status_is_left_to_rbac(api_as: ApiAs, namespace: str, create_todo: TodoCreator) -> None:
    """Edits, finalizers, owner references."""
    create_todo("deploy", phase="Active")

    finalizers = ["example.org/hold"]
    changes: list[JsonObject] = [
        {"spec": {"priority": 3}},
        *({"metadata": {"finalizers": f}} for f in (finalizers, [])),
    ]
    for change in changes:
        answer = api_as("developer").patch(f"{todos_path(namespace)}/deploy", change)
        assert answer.accepted, answer.message
