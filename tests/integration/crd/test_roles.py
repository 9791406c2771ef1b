"""The roles of deploy/rbac: what each may do, and above all what none may."""

import json

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject

pytestmark = pytest.mark.cluster

TODOS = "todos.todo.myapp.dev"
DECISIONS = "tododecisions.todo.myapp.dev"
WORKFLOWS = "todoworkflows.todo.myapp.dev"
TEMPLATES = "todotemplates.todo.myapp.dev"
READ = {"get", "list", "watch"}
WRITE = READ | {"create", "update", "patch", "delete", "deletecollection"}

Rights = dict[str, set[str]]

EXPECTED: dict[str, Rights] = {
    "myapp-viewer": {TODOS: READ, WORKFLOWS: READ, TEMPLATES: READ, DECISIONS: READ},
    "myapp-editor": {TODOS: WRITE, WORKFLOWS: WRITE, TEMPLATES: WRITE, DECISIONS: READ},
    "myapp-runner": {TODOS: READ, WORKFLOWS: READ | {"create"}, TEMPLATES: READ | {"run"}, DECISIONS: READ},
    "myapp-completer": {
        TODOS: READ | {"claim", "complete", "comment"},
        WORKFLOWS: READ | {"comment"},
        DECISIONS: READ | {"create"},
    },
    "myapp-approver": {
        TODOS: READ | {"claim", "approve", "comment"},
        WORKFLOWS: READ | {"comment"},
        DECISIONS: READ | {"create"},
    },
    "myapp-controller": {
        TODOS: READ | {"control", "comment"},
        WORKFLOWS: READ | {"control", "comment"},
        DECISIONS: READ | {"create"},
    },
    "myapp-job-runner": {"jobs.batch": {"create", "delete"}, "pods/log.": {"get"}},
    "myapp-operator": {
        TODOS: READ | {"create", "delete"},
        "todos/status.todo.myapp.dev": {"patch"},
        WORKFLOWS: READ | {"create", "delete"},
        "todoworkflows/status.todo.myapp.dev": {"patch"},
        TEMPLATES: READ,
        "todotemplates/status.todo.myapp.dev": {"patch"},
        "controllerrevisions.apps": {"get", "create"},
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
    "edit": {**EXPECTED["myapp-editor"], TEMPLATES: WRITE | {"run"}},
    "admin": {**EXPECTED["myapp-editor"], TEMPLATES: WRITE | {"run"}},
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
    """The cluster's own roles get what viewers, editors and runners may: no verb of a decision, no status."""
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
        ("oncall", "control", f"{WORKFLOWS}/release-7", "yes"),
        ("developer", "control", f"{WORKFLOWS}/release-7", "no"),
        ("developer", "create", WORKFLOWS, "yes"),
        ("oncall", "run", f"{TEMPLATES}/release", "no"),
        ("operator", "run", f"{TEMPLATES}/release", "no"),
        ("operator", "update", TODOS, "no"),
        ("operator", "update", WORKFLOWS, "no"),
        ("operator", "update", TEMPLATES, "no"),
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
