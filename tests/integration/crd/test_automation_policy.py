"""Who may write a Todo that a machine does: whoever may act as its service account anyway; with real credentials."""

import json
from collections.abc import Callable, Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.identities import OPERATOR
from tests.api_server import ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path

pytestmark = pytest.mark.cluster

POLICY = "myapp.myapp-system.automation.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "
ACTIONS: dict[str, JsonObject] = {
    "job": {"template": {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "build:1"}]}}}}},
    "resource": {
        "operation": "Apply",
        "manifest": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "1"}},
    },
    "http": {"url": "https://ci.example.com/deploy", "method": "POST"},
}

ApiAs = Callable[[str], ApiServer]


def refused(account: str, action: str, namespace: str, user: str = "developer") -> str:
    """What whoever may not act as the account is told."""
    return (
        f'{DENIED}user "{user}" may not write a Todo whose action {action} is done as service account "{account}": '
        f'the verb impersonate on serviceaccounts "{account}" in namespace "{namespace}" is missing; '
        "the ClusterRole edit has it, or bind a Role with it (docs/security.md)"
    )


@pytest.fixture
def writer(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> Iterator[ApiServer]:
    """A developer who may write Todos in the namespace, and nothing else."""
    cluster.kubectl(
        *("create", "rolebinding", "writer", "--clusterrole=myapp-editor", "--user=developer", f"-n={namespace}")
    )
    yield api_as("developer")
    cluster.kubectl("delete", "rolebinding", "writer", f"-n={namespace}")


def let_act_as(cluster: LocalCluster, namespace: str, account: str) -> None:
    """Let the developer act as one account."""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "act", "namespace": namespace},
        "rules": [
            {"apiGroups": [""], "resources": ["serviceaccounts"], "resourceNames": [account], "verbs": ["impersonate"]}
        ],
    }
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(role))
    cluster.kubectl("create", "rolebinding", "act", "--role=act", "--user=developer", f"--namespace={namespace}")


def automated(action: str, **fields: object) -> JsonObject:
    """A Todo that a machine does."""
    return todo_manifest("deploy", **{action: ACTIONS[action]}, **fields)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fields", [{}, {"serviceAccountName": "deployer"}], ids=["default account", "named account"])
def test_create_on_todos_lends_no_power(writer: ApiServer, namespace: str, action: str, fields: dict[str, str]) -> None:
    """For every action; the message names the verb, the account and who has it."""
    answer = writer.create(todos_path(namespace), automated(action, **fields))

    assert answer.code == 403
    assert answer.message.endswith(refused(fields.get("serviceAccountName", "default"), action, namespace))


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_act_as_the_account_may_write_its_todos(
    cluster: LocalCluster, writer: ApiServer, namespace: str, action: str
) -> None:
    """As that account and as no other."""
    let_act_as(cluster, namespace, "deployer")

    other = writer.create(todos_path(namespace), automated(action, serviceAccountName="robot"))
    own = writer.create(todos_path(namespace), automated(action, serviceAccountName="deployer"))

    assert other.message.endswith(refused("robot", action, namespace))
    assert own.accepted, own.message


def test_the_built_in_role_edit_is_enough(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> None:
    """It holds impersonate on service accounts, and the Todos' editor is aggregated to it."""
    cluster.kubectl("create", "rolebinding", "edit", "--clusterrole=edit", "--user=oncall", f"--namespace={namespace}")

    assert api_as("oncall").create(todos_path(namespace), automated("resource")).accepted


def test_edits_of_the_spec_are_writing_too(api: ApiServer, writer: ApiServer, namespace: str) -> None:
    """Letting a suspended Todo go on is what starts it; a label changes nothing of what is done."""
    assert api.create(todos_path(namespace), automated("resource", suspend=True)).accepted
    path = f"{todos_path(namespace)}/deploy"

    resumed = writer.patch(path, {"spec": {"suspend": False}})
    labelled = writer.patch(path, {"metadata": {"labels": {"team": "shop"}, "finalizers": ["example.com/hold"]}})

    assert resumed.message.endswith(refused("default", "resource", namespace))
    assert labelled.accepted, labelled.message


def test_what_people_do_needs_no_account(writer: ApiServer, namespace: str) -> None:
    """Manual Todos, approvals and waits have no effect, whatever account they name."""
    kinds: dict[str, JsonObject] = {"manual": {}, "approval": {"approval": {}}, "wait": {"wait": {"duration": "1s"}}}
    for name, spec in kinds.items():
        made = writer.create(todos_path(namespace), todo_manifest(name, serviceAccountName="deployer", **spec))
        assert made.accepted, made.message


def test_the_operator_is_exempt(api: ApiServer, namespace: str) -> None:
    """It will write the Todos of workflows, whose writer was asked."""
    answer = api.create(todos_path(namespace), automated("resource"), dry_run=True, impersonate=OPERATOR.username)

    assert DENIED not in answer.message
