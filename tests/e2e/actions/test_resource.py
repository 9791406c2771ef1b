"""The action ``resource``: every operation, on built-in kinds and on that of a CRD, as the todo's account."""

import json

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.documented_examples import example
from tests.e2e.actions.manifests import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    THINGS,
    config_map,
    deployment,
    identity,
    on_object,
    thing,
)
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("account", "operator")]

STATUS = "patch todos/status"


def managers(found: JsonObject) -> set[tuple[str, str]]:
    """Who has set its fields, and how."""
    return {(entry["manager"], entry["operation"]) for entry in found["metadata"]["managedFields"]}


def test_apply_creates_what_is_ready_at_once(todos: Todos, objects: ClusterObjects, writes: AuditedWrites) -> None:
    """Two writes on the Todo, one request about the object, by a field manager of our own."""
    todos.create("settings", **on_object("Apply", config_map("settings", colour="blue")))

    status = todos.wait("settings", "Succeeded", "Completed")

    found = objects.get(CONFIG_MAPS, "settings")
    assert found is not None
    assert found["data"] == {"colour": "blue"}
    assert managers(found) == {("todo.myapp.dev", "Apply")}
    assert status["message"] == "ConfigMap settings is applied: it exists"
    writes.settled()
    assert writes.of("settings") == [STATUS, "patch configmaps", STATUS]


def test_apply_waits_until_a_deployment_is_ready(todos: Todos, objects: ClusterObjects) -> None:
    """Its controller has to have seen it; without pods there is nothing more to wait for."""
    todos.create("web", **on_object("Apply", deployment("web", replicas=0)))
    todos.create("big", **on_object("Apply", deployment("big", replicas=1)))

    assert "0 of 0 replicas are available" in todos.wait("web", "Succeeded")["message"]
    found = objects.wait(DEPLOYMENTS, "big", lambda found: bool((found or {}).get("status", {}).get("replicas")))
    assert found is not None
    assert todos.status("big")["phase"] == "Active", "no node runs its pod"
    assert todos.status("big")["message"] == "applies Deployment big and waits until it is ready"


def test_a_deployment_that_is_stuck_fails_the_todo(todos: Todos, objects: ClusterObjects) -> None:
    """When its own progress deadline has passed."""
    manifest = deployment("web", replicas=1)
    manifest["spec"]["progressDeadlineSeconds"] = 2
    manifest["spec"]["minReadySeconds"] = 1
    todos.create("web", **on_object("Apply", manifest))

    assert "ProgressDeadlineExceeded" in todos.wait("web", "Failed", "ObjectFailed", timeout=40)["message"]
    assert objects.get(DEPLOYMENTS, "web") is not None, "what was applied stays"


def test_expressions_decide_about_an_object_of_a_crd(todos: Todos, objects: ClusterObjects, things: str) -> None:
    """In place of the rules for kinds that nobody knows."""
    ends = {"success_when": "object.status.phase == 'Done'", "failure_when": "object.status.phase == 'Lost'"}
    for name in ("good", "bad"):
        todos.create(name, **on_object("Apply", thing(name, size=1), **ends))
        objects.wait(THINGS, name, lambda found: found is not None)
    objects.patch(THINGS, "good", {"status": {"phase": "Building"}}, "status")
    objects.patch(THINGS, "good", {"status": {"phase": "Done"}}, "status")
    objects.patch(THINGS, "bad", {"status": {"phase": "Lost"}}, "status")

    assert todos.wait("good", "Succeeded")["message"] == "Thing good is applied: successWhen holds"
    assert "failureWhen holds" in todos.wait("bad", "Failed", "ObjectFailed")["message"]
    assert things


def test_an_expression_that_is_none_is_told_before_anything_is_done(todos: Todos, objects: ClusterObjects) -> None:
    """With the place of the mistake; it heals when that is mended."""
    todos.create("typo", **on_object("Apply", config_map("settings"), success_when="objekt.data.go == 'yes'"))

    message = todos.wait("typo", "Pending", "InvalidSpec")["message"]
    assert "spec.resource.successWhen: line 1, column 1" in message
    assert objects.get(CONFIG_MAPS, "settings") is None
    todos.edit("typo", resource={"successWhen": "object.data.size() == 0"})
    objects.wait(CONFIG_MAPS, "settings", lambda found: found is not None)


def test_documented_example(cluster: LocalCluster, todos: Todos, objects: ClusterObjects, namespace: str) -> None:
    """The example of docs/actions.md does what is said there."""
    manifests = "\n---\n".join(map(json.dumps, example("resource")))
    cluster.kubectl("apply", f"--namespace={namespace}", "-f", "-", stdin=manifests)

    assert todos.wait("rollout", "Succeeded")["message"] == "Deployment shop is applied: 0 of 0 replicas are available"
    assert todos.wait("announced", "Succeeded")["message"] == "ConfigMap release is there: successWhen holds"
    todos.wait("clean-up", "Succeeded")
    found = objects.get(CONFIG_MAPS, "release")
    assert found is not None
    assert found["data"]["version"] == "1.4.0"
    assert objects.get(CONFIG_MAPS, "canary") is None


def test_documented_fields(cluster: LocalCluster, todos: Todos, objects: ClusterObjects, namespace: str) -> None:
    """The example of the less common fields: what others had set is taken over, one very object is removed."""
    objects.create(CONFIG_MAPS, config_map("flags", checkout="old"))
    canary = objects.create(CONFIG_MAPS, config_map("canary"))
    manifests = {each["metadata"]["name"]: each for each in example("resource-fields")}
    applied = manifests["set-flags"]["spec"]["resource"]["manifest"]["metadata"]
    removed = manifests["remove-canary"]["spec"]["resource"]["manifest"]["metadata"]
    applied["namespace"], removed["uid"] = namespace, canary["metadata"]["uid"]
    documents = "\n---\n".join(map(json.dumps, manifests.values()))
    cluster.kubectl("apply", f"--namespace={namespace}", "-f", "-", stdin=documents)

    for name in manifests:
        todos.wait(name, "Succeeded")
    flags = objects.get(CONFIG_MAPS, "flags")
    assert flags is not None
    assert flags["data"] == {"checkout": "new", "headline": "sale"}
    assert ("release", "Apply") in managers(flags)
    assert [owner["name"] for owner in flags["metadata"]["ownerReferences"]] == ["set-flags"]
    assert objects.get(CONFIG_MAPS, "canary") is None


def test_the_kind_of_a_crd_is_found_once_it_is_served(todos: Todos, objects: ClusterObjects, things: str) -> None:
    """With the readiness that its conditions tell."""
    todos.create("thing", **on_object("Apply", thing("slow", size=1)))
    objects.wait(THINGS, "slow", lambda found: found is not None)
    todos.create("wait", **on_object("Wait", identity("example.dev/v1", "Thing", "other")))
    objects.create(THINGS, thing("other", size=2))

    todos.wait("thing", "Succeeded")
    todos.wait("wait", "Succeeded")
    assert things


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"manifest": config_map("settings", colour="red")}, {"colour": "red", "size": "1"}),
        ({"manifest": {**config_map("settings"), "data": {"colour": None}}}, {"size": "1"}),
        ({"manifest": config_map("settings", colour="red"), "patchType": "Strategic"}, {"colour": "red", "size": "1"}),
        (
            {
                "manifest": identity("v1", "ConfigMap", "settings"),
                "patchType": "JSON",
                "jsonPatch": [
                    {"op": "test", "path": "/data/colour", "value": "blue"},
                    {"op": "move", "from": "/data/colour", "path": "/data/was"},
                ],
            },
            {"was": "blue", "size": "1"},
        ),
    ],
    ids=["merge", "merge that removes", "strategic", "json"],
)
def test_patch(todos: Todos, objects: ClusterObjects, fields: JsonObject, expected: dict[str, str]) -> None:
    """Each kind of patch changes what it says and nothing else."""
    objects.create(CONFIG_MAPS, config_map("settings", colour="blue", size="1"))

    todos.create("patch", serviceAccountName="deployer", resource={"operation": "Patch", **fields})

    todos.wait("patch", "Succeeded")
    found = objects.get(CONFIG_MAPS, "settings")
    assert found is not None
    assert found["data"] == expected


def test_delete_waits_until_the_object_is_gone(todos: Todos, objects: ClusterObjects, writes: AuditedWrites) -> None:
    """Finalizers hold it; what is not there is deleted already."""
    held = config_map("held")
    held["metadata"]["finalizers"] = ["example.dev/held"]
    objects.create(CONFIG_MAPS, held)
    objects.create(CONFIG_MAPS, config_map("free"))
    todos.create("held", **on_object("Delete", identity("v1", "ConfigMap", "held")))
    todos.create("free", **on_object("Delete", identity("v1", "ConfigMap", "free")))
    todos.create("none", **on_object("Delete", identity("v1", "ConfigMap", "none")))

    assert todos.wait("none", "Succeeded")["message"] == "ConfigMap none does not exist"
    assert todos.wait("free", "Succeeded")["message"] == "ConfigMap free is deleted"
    objects.wait(CONFIG_MAPS, "held", lambda found: bool((found or {})["metadata"].get("deletionTimestamp")))
    assert todos.status("held")["phase"] == "Active"
    objects.patch(CONFIG_MAPS, "held", {"metadata": {"finalizers": None}})
    todos.wait("held", "Succeeded")
    writes.settled()
    assert writes.of("none") == [STATUS, STATUS]
    assert writes.of("free") == [STATUS, STATUS, "delete configmaps", STATUS], "which one is recorded before"


def test_a_uid_means_that_very_object(todos: Todos, objects: ClusterObjects) -> None:
    """Another one that has its name is neither deleted nor taken for it."""
    found = objects.create(CONFIG_MAPS, config_map("settings"))
    stale = {**identity("v1", "ConfigMap", "settings"), "metadata": {"name": "settings", "uid": "gone"}}

    todos.create("delete", **on_object("Delete", stale))
    todos.create("wait", **on_object("Wait", stale))

    todos.wait("delete", "Succeeded")
    todos.wait("wait", "Failed", "ObjectReplaced")
    assert objects.get(CONFIG_MAPS, "settings") == found


def test_fields_of_others_are_taken_over_by_force_only(todos: Todos, objects: ClusterObjects) -> None:
    """The message names whose they are."""
    objects.create(CONFIG_MAPS, config_map("settings", colour="blue"))

    todos.create("polite", **on_object("Apply", config_map("settings", colour="red")))
    message = todos.wait("polite", "Failed", "FieldConflict")["message"]
    assert ".data.colour" in message
    assert "conflict with" in message
    todos.create("rude", **on_object("Apply", config_map("settings", colour="red"), force=True))

    todos.wait("rude", "Succeeded")
    found = objects.get(CONFIG_MAPS, "settings")
    assert found is not None
    assert found["data"] == {"colour": "red"}


@pytest.mark.statement("F5")
def test_what_belongs_to_the_todo_is_deleted_with_it(todos: Todos, objects: ClusterObjects) -> None:
    """And what does not, stays."""
    todos.create("own", **on_object("Apply", config_map("own"), setOwnerReference=True))
    todos.create("free", **on_object("Apply", config_map("free")))
    todos.wait("own", "Succeeded")
    todos.wait("free", "Succeeded")

    todos.delete("own", "free")

    objects.wait(CONFIG_MAPS, "own", lambda found: found is None, timeout=40)
    assert objects.get(CONFIG_MAPS, "free") is not None

    todos.create("left", **on_object("Apply", config_map("left"), setOwnerReference=True))
    todos.wait("left", "Succeeded")
    todos.cluster.kubectl("delete", "todo", "left", f"--namespace={todos.namespace}", "--cascade=orphan")
    todos.wait_until_gone("left", timeout=40)
    assert objects.get(CONFIG_MAPS, "left") is not None


def test_drift_is_not_fought(todos: Todos, objects: ClusterObjects) -> None:
    """Whoever changes the object afterwards, or while it is waited for, may."""
    todos.create("web", **on_object("Apply", deployment("web", replicas=1)))
    objects.wait(DEPLOYMENTS, "web", lambda found: found is not None)
    objects.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}})

    todos.wait("web", "Succeeded")
    found = objects.get(DEPLOYMENTS, "web")
    assert found is not None
    assert found["spec"]["replicas"] == 0


def test_what_is_deleted_while_it_is_waited_for_is_not_made_again(todos: Todos, objects: ClusterObjects) -> None:
    """The todo fails and says why."""
    todos.create("web", **on_object("Apply", deployment("web", replicas=1)))
    objects.wait(DEPLOYMENTS, "web", lambda found: found is not None)
    objects.delete(DEPLOYMENTS, "web")

    todos.wait("web", "Failed", "ObjectReplaced")
    assert objects.get(DEPLOYMENTS, "web") is None


@pytest.mark.statement("O5")
def test_outputs_are_computed_from_the_object(todos: Todos, objects: ClusterObjects) -> None:
    """As the API server has it, with what it has filled in."""
    rules = [
        {"name": "uid", "value": "result.metadata.uid"},
        {"name": "colours", "value": "result.data.map(key, result.data[key])"},
    ]
    todos.create("settings", **on_object("Apply", config_map("settings", colour="blue")), outputs=rules)

    outputs = todos.wait("settings", "Succeeded")["outputs"]

    found = objects.get(CONFIG_MAPS, "settings")
    assert found is not None
    assert outputs == {"uid": found["metadata"]["uid"], "colours": '["blue"]'}
