"""The roles of deploy/rbac: what each may do, and above all what none may."""

import json

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject

pytestmark = pytest.mark.cluster

TODOS = "todos.todo.myapp.dev"
DECISIONS = "tododecisions.todo.myapp.dev"
READ = {"get", "list", "watch"}

Rights = dict[str, set[str]]

EXPECTED: dict[str, Rights] = {
    "myapp-viewer": {TODOS: READ, DECISIONS: READ},
    "myapp-editor": {
        TODOS: READ | {"create", "update", "patch", "delete", "deletecollection"},
        DECISIONS: READ,
    },
    "myapp-completer": {TODOS: READ | {"claim", "complete", "comment"}, DECISIONS: READ | {"create"}},
    "myapp-approver": {TODOS: READ | {"claim", "approve", "comment"}, DECISIONS: READ | {"create"}},
    "myapp-controller": {TODOS: READ | {"control", "comment"}, DECISIONS: READ | {"create"}},
    "myapp-job-runner": {"jobs.batch": {"create", "delete"}, "pods/log.": {"get"}},
    "myapp-operator": {
        TODOS: READ | {"delete"},
        "todos/status.todo.myapp.dev": {"patch"},
        DECISIONS: {"list", "watch", "create"},  # dry runs, to see forged ones refused
        "tododecisions/status.todo.myapp.dev": {"patch"},
        "events.events.k8s.io": {"create", "get", "list", "patch"},
        "jobs.batch": READ,
        "pods.": {"list", "watch"},
        "customresourcedefinitions.apiextensions.k8s.io": {"get"},
    },
    "myapp-guard": {
        "validatingadmissionpolicies.admissionregistration.k8s.io": {"get", "watch"},
        "validatingadmissionpolicybindings.admissionregistration.k8s.io": {"get", "watch"},
        "mutatingadmissionpolicies.admissionregistration.k8s.io": {"get", "watch"},
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io": {"get", "watch"},
    },
}

AGGREGATED: dict[str, Rights] = {
    "view": EXPECTED["myapp-viewer"],
    "edit": EXPECTED["myapp-editor"],
    "admin": EXPECTED["myapp-editor"],
}


def rights(rules: list[JsonObject], *, group: str | None = None) -> Rights:
    """Verbs by resource, of one API group or of all."""
    found: Rights = {}
    for rule in rules:
        for api_group in rule.get("apiGroups", []):
            if group in (None, api_group):
                for resource in rule["resources"]:
                    found.setdefault(f"{resource}.{api_group}", set()).update(rule["verbs"])
    return found


def rules_of(cluster: LocalCluster, role: str) -> list[JsonObject]:
    """The rules of a ClusterRole, those aggregated into it included."""
    output = cluster.kubectl("get", "clusterrole", role, "--output=json").stdout
    rules: list[JsonObject] = json.loads(output)["rules"]
    return rules


@pytest.mark.parametrize(("role", "expected"), EXPECTED.items())
def test_own_roles(cluster: LocalCluster, role: str, expected: Rights) -> None:
    """Each role holds exactly this."""
    assert rights(rules_of(cluster, role)) == expected


@pytest.mark.parametrize(("role", "expected"), AGGREGATED.items())
def test_aggregated_roles(cluster: LocalCluster, role: str, expected: Rights) -> None:
    """The cluster's own roles get what viewers and editors may: no verb of a decision, no status."""
    assert rights(rules_of(cluster, role), group="todo.myapp.dev") == expected


@pytest.mark.parametrize(
    ("user", "verb", "resource", "answer"),
    [
        ("oncall", "complete", f"{TODOS}/deploy", "yes"),
        ("oncall", "create", DECISIONS, "yes"),
        ("oncall", "update", TODOS, "no"),
        ("developer", "update", TODOS, "yes"),
        ("developer", "complete", f"{TODOS}/deploy", "no"),
        ("developer", "create", DECISIONS, "no"),
        ("oncall", "approve", f"{TODOS}/deploy", "yes"),
        ("oncall", "control", f"{TODOS}/deploy", "yes"),
        ("developer", "approve", f"{TODOS}/deploy", "no"),
        ("developer", "control", f"{TODOS}/deploy", "no"),
        ("pipeline", "create", TODOS, "yes"),
        ("pipeline", "complete", f"{TODOS}/deploy", "no"),
        ("operator", "update", TODOS, "no"),
        ("operator", "complete", f"{TODOS}/deploy", "no"),
        ("operator", "update", DECISIONS, "no"),
        ("operator", "create", "jobs.batch", "no"),
        ("operator", "delete", "jobs.batch", "no"),
        ("operator", "get", "pods/log", "no"),
        ("operator", "get", f"customresourcedefinitions/{TODOS}", "yes"),
        ("operator", "get", "customresourcedefinitions/others.example.com", "no"),
    ],
)
def test_can_i(cluster: LocalCluster, user: str, verb: str, resource: str, answer: str) -> None:
    """`kubectl auth can-i`, which the policy's message tells people to ask, answers for custom verbs too."""
    asked = cluster.kubectl("auth", "can-i", verb, resource, "--namespace=default", user=user, check=False)

    assert asked.stdout.strip() == answer


def test_can_i_for_another(cluster: LocalCluster) -> None:
    """An administrator can ask on behalf of somebody else."""
    question = ("auth", "can-i", "complete", "todos/deploy", "--namespace=default")

    oncall = cluster.kubectl(*question, "--as=oncall", "--as-group=sre", check=False)
    stranger = cluster.kubectl(*question, "--as=stranger", check=False)

    assert (oncall.stdout.strip(), stranger.stdout.strip()) == ("yes", "no")
