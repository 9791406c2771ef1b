"""A Todo that waits says within seconds what its Job or its object will run into, until that is mended."""

import time
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import CONFIG_MAPS, config_map, identity, on_object, thing
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT, allow_automation
from tests.running_operator.jobs import TEMPLATE
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos, holds

pytestmark = pytest.mark.cluster

WAITS, COULD_NOT = "waits for gate", "; as things stand it could not begin: "
STATUS = "patch todos/status"
#: The issue's promise.
PROMPT = 30.0
#: Dry runs are made anew after 1, 2, 4 ... seconds.
RECOVERY = 60.0


def job(template: JsonObject) -> JsonObject:
    """The spec of a todo with that Job."""
    return {"serviceAccountName": ACCOUNT, "job": {"template": template}}


def with_spec(**spec: object) -> JsonObject:
    """A template of a Job that is no Job."""
    return {"spec": {**TEMPLATE["spec"], **spec}}


@pytest.fixture
def gate(todos: Todos) -> JsonObject:
    """A person's todo, on which others wait."""
    return todos.create("gate", content="Open the gate")


@pytest.mark.usefixtures("operator", "account", "gate")
def test_what_would_be_refused_is_told_while_it_waits(todos: Todos) -> None:
    """A misspelt field, a value of another type, a right that the account lacks, a kind that nobody serves."""
    role = {**identity("rbac.authorization.k8s.io/v1", "Role", "reader"), "rules": []}
    specs: dict[str, tuple[JsonObject, str, str]] = {
        "field": (job(with_spec(backofLimit=1)), "InvalidTemplate", 'unknown field "spec.backofLimit"'),
        "mode": (job(with_spec(completionMode="Sideways")), "InvalidTemplate", "spec.completionMode"),
        "type": (on_object("Apply", {**config_map("a"), "data": {"a": 5}}), "InvalidManifest", "expected string"),
        "apply": (on_object("Apply", role), "Forbidden", "cannot patch resource"),
        "delete": (on_object("Delete", identity("v1", "Node", "a")), "Forbidden", "nodes"),
        "wait": (on_object("Wait", identity("v1", "Node", "a")), "Forbidden", "nodes"),
        "kind": (on_object("Apply", {**thing("a", 1), "apiVersion": "no.example.dev/v1"}), "KindNotFound", "Thing"),
    }
    for name, (spec, _, _) in specs.items():
        todos.create(name, depends_on=["gate"], **spec)
    give_up = time.monotonic() + PROMPT
    for name, (_, reason, words) in specs.items():
        status = todos.wait(name, "Pending", reason, timeout=give_up - time.monotonic())
        assert status["message"].startswith(WAITS + COULD_NOT), name
        assert words in status["message"], name
        assert holds(status, "Stalled") is (reason == "InvalidTemplate"), name


@pytest.mark.usefixtures("operator")
def test_what_is_mended_is_taken_back(
    *, cluster: LocalCluster, todos: Todos, gate: JsonObject, writes: AuditedWrites, objects: ClusterObjects
) -> None:
    """The binding of the chart, the account's role; then it begins as if nothing had been."""
    namespace = todos.namespace
    cluster.kubectl("create", "serviceaccount", ACCOUNT, f"--namespace={namespace}")
    todos.create("build", depends_on=["gate"], **job(TEMPLATE))
    todos.create("settings", depends_on=["gate"], **on_object("Apply", config_map("settings")))
    for name in ("build", "settings"):
        message = todos.wait(name, "Pending", "AutomationNotAllowed", timeout=PROMPT)["message"]
        assert message.startswith(WAITS + COULD_NOT)
        assert f"add {namespace} to automation.namespaces" in message
    allow_automation(cluster, namespace)
    for name in ("build", "settings"):
        todos.wait(name, "Pending", "Forbidden", timeout=RECOVERY)
    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "rolebinding", "edit", f"--namespace={namespace}", "--clusterrole=edit", subject)
    for name in ("build", "settings"):
        assert todos.wait(name, "Pending", "WaitingForDependency", timeout=RECOVERY)["message"] == WAITS
    writes.settled()
    assert writes.of("build") == writes.of("settings") == [STATUS] * 4
    assert objects.get(CONFIG_MAPS, "settings") is None, "a dry run stores nothing"
    todos.decide(gate)
    todos.wait("settings", "Succeeded")
    todos.wait("build", "Active", "Running")


@pytest.mark.usefixtures("operator", "account", "gate")
def test_an_edit_is_tried_at_once(todos: Todos) -> None:
    """The author mends the template while it waits."""
    todos.create("build", depends_on=["gate"], **job(with_spec(backofLimit=1)))
    todos.wait("build", "Pending", "InvalidTemplate", timeout=PROMPT)
    todos.edit("build", job={"template": {"spec": {"backofLimit": None, "backoffLimit": 1}}})
    assert todos.wait("build", "Pending", "WaitingForDependency", timeout=PROMPT)["message"] == WAITS


@pytest.mark.usefixtures("account", "gate")
def test_where_all_is_well_nothing_is_written(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, writes: AuditedWrites
) -> None:
    """One status write says that it waits; the dry runs are in the audit log, once each, with the account's name."""
    steps = [{"op": "replace", "path": "/data/made-by-what-is-waited-for", "value": "x"}]
    later = {**identity("v1", "ConfigMap", "later")}
    specs = {
        "build": job(TEMPLATE),
        "settings": on_object("Apply", config_map("settings")),
        "patch": on_object("Patch", config_map("later", a="b")),
        "steps": on_object("Patch", later, patchType="JSON", jsonPatch=steps),
        "wait": on_object("Wait", later),
        "gone": on_object("Delete", later),
    }
    for name, spec in specs.items():
        todos.create(name, depends_on=["gate"], **spec)
    _wait_for_dry_runs(cluster.audit_log, todos.namespace, len(specs) - 1)  # one of them only reads
    writes.settled(3.0)
    assert {name: writes.of(name) for name in specs} == {name: [STATUS] for name in specs}
    assert {todos.status(name)["reason"] for name in specs} == {"WaitingForDependency"}
    assert _dry_runs(cluster.audit_log, todos.namespace) == len(specs) - 1, "what is accepted is not tried again"
    assert operator.alive


@pytest.mark.usefixtures("account", "gate")
def test_a_restart_writes_nothing(operator: OperatorProcess, todos: Todos, writes: AuditedWrites) -> None:
    """What was told stays until a dry run says otherwise."""
    todos.create("build", depends_on=["gate"], **job(with_spec(backofLimit=1)))
    told = todos.wait("build", "Pending", "InvalidTemplate", timeout=PROMPT)
    before = writes.settled()
    operator.kill()
    operator.start()
    time.sleep(3.0)  # a dry run comes a second after its todo was looked at
    assert writes.settled() == before
    assert todos.status("build") == told


@pytest.mark.usefixtures("operator", "account", "gate")
def test_what_passes_by_itself_is_not_told(cluster: LocalCluster, todos: Todos) -> None:
    """A quota that is full now says nothing of then; it is told once the work is begun."""
    namespace = todos.namespace
    cluster.kubectl("create", "quota", "none", f"--namespace={namespace}", "--hard=count/jobs.batch=0")
    todos.create("full", depends_on=["gate"], **job(TEMPLATE))
    _wait_for_dry_runs(cluster.audit_log, namespace, 1)
    time.sleep(1.0)
    assert todos.status("full")["reason"] == "WaitingForDependency"
    todos.decide(todos.get("gate"))
    assert "exceeded quota" in todos.wait("full", "Active", "QuotaExceeded")["message"]


def _wait_for_dry_runs(audit_log: Path, namespace: str, number: int) -> None:
    give_up = time.monotonic() + PROMPT
    while (tried := _dry_runs(audit_log, namespace)) < number:
        assert time.monotonic() < give_up, f"only {tried} dry runs after {PROMPT:.0f} s"
        time.sleep(0.2)


def _dry_runs(audit_log: Path, namespace: str) -> int:
    marks = (f'"namespace":"{namespace}"', "dryRun=All", f"system:serviceaccount:{namespace}:{ACCOUNT}")
    with audit_log.open(encoding="utf-8") as lines:
        return sum(all(mark in line for mark in marks) for line in lines)
