"""The guard on a real API server: whatever was decided while the admission policies did not hold never counts.

A cluster of its own, because the policies are everybody's. Each test breaks them in its way, has a decision made that
no intact policy admits, and mends them.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster, install
from deploy.local.layout import POLICIES, RBAC
from deploy.local.policy_canary import wait_until_policies_act
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

# One worker runs them all: their cluster is a second control plane.
pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("guard")]

NAME = "myapp.myapp-system.decisions.todo.myapp.dev"
POLICY, BINDING = f"validatingadmissionpolicy/{NAME}", f"validatingadmissionpolicybinding/{NAME}"
PATIENCE = 30.0


@dataclass(frozen=True)
class Scene:
    """A namespace of the guard's cluster, its todos and its operator."""

    cluster: LocalCluster
    namespace: str
    todos: Todos
    operator: OperatorProcess
    admin: ApiServer

    def patch(self, what: str, *operations: JsonObject) -> None:
        """Change a policy or binding, as a cluster admin may."""
        self.cluster.kubectl("patch", what, "--type=json", f"--patch={json.dumps(operations)}")

    def mend(self) -> None:
        """Bring policies and rights back to what was shipped; returns when that is in force."""
        self.cluster.kubectl("create", f"-f={POLICIES}", check=False)  # what is there already is replaced
        self.cluster.kubectl("replace", f"-f={POLICIES}", f"-f={RBAC}")
        wait_until_policies_act(self.cluster)

    def forge(self, todo: JsonObject) -> str:
        """Have admin complete the todo in the name of oncall: tried until it is admitted, as no intact policy would."""
        name = f"forged-{time.monotonic_ns()}"
        manifest = decision_manifest(todo, username="oncall", name=name)
        give_up = time.monotonic() + PATIENCE
        while not (answer := self.admin.create(decisions_path(self.namespace), manifest)).accepted:
            assert time.monotonic() < give_up, answer.message
            time.sleep(0.1)
        return name

    def guard_is(self, value: float) -> None:
        """Wait for that."""
        give_up = time.monotonic() + PATIENCE
        while self.operator.metric("todo_guard_ok") != value:
            assert time.monotonic() < give_up, self.operator.end_of_log()
            time.sleep(0.05)

    def is_told(self, decision: str, why: str) -> None:
        """Wait until the decision's own status says so, without an outcome."""
        give_up = time.monotonic() + PATIENCE
        while why not in (status := self.todos.decision(decision).get("status", {})).get("message", ""):
            assert time.monotonic() < give_up, self.operator.end_of_log()
            time.sleep(0.05)
        assert (status["reason"], status.get("outcome")) == ("GuardNotProven", None)

    def still_works(self) -> None:
        """What is decided from now on counts."""
        self.guard_is(1)
        honest = self.todos.decide(self.todos.create(f"later-{time.monotonic_ns()}"))
        assert self.todos.judged(honest)["outcome"] == "Counted"


@pytest.fixture(scope="module")
def guarded_cluster() -> Iterator[LocalCluster]:
    """A control plane with everything installed."""
    with LocalCluster.start(ClusterOptions(name=f"guard-{os.getpid()}")) as cluster:
        install(cluster)
        yield cluster


@pytest.fixture
def scene(guarded_cluster: LocalCluster, tmp_path: Path) -> Iterator[Scene]:
    """Intact policies, and an operator that has not been started."""
    namespace = f"guard-{time.monotonic_ns()}"
    guarded_cluster.kubectl("create", "namespace", namespace)
    operator = OperatorProcess(guarded_cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace])
    admin = ApiServer(guarded_cluster.kubeconfig())
    scene = Scene(guarded_cluster, namespace, Todos(guarded_cluster, namespace), operator, admin)
    yield scene
    if operator.alive:
        operator.kill()
    print(operator.end_of_log() if operator.log.exists() else "")  # shown with a failure
    scene.mend()
    scene.todos.close()
    admin.close()


def remove_policy(scene: Scene) -> None:
    """It is gone for a while, and comes back as another object."""
    scene.cluster.kubectl("delete", POLICY)


def remove_binding(scene: Scene) -> None:
    """The policy is bound to nothing."""
    scene.cluster.kubectl("delete", BINDING)


def only_audit(scene: Scene) -> None:
    """The binding denies nothing."""
    scene.patch(BINDING, {"op": "replace", "path": "/spec/validationActions", "value": ["Audit"]})


def weaken_a_rule(scene: Scene) -> None:
    """Everybody may decide in everybody's name; all else is as it was."""
    scene.patch(POLICY, {"op": "replace", "path": "/spec/validations/0/expression", "value": "true"})


def exempt_the_namespace(scene: Scene) -> None:
    """The binding leaves one namespace out."""
    rule = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [scene.namespace]}
    selector = {"matchExpressions": [rule]}
    scene.patch(BINDING, {"op": "replace", "path": "/spec/matchResources/namespaceSelector", "value": selector})


BREAKS = [remove_policy, remove_binding, only_audit, weaken_a_rule, exempt_the_namespace]


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda each: each.__name__)
def test_c10_forged_while_it_runs(scene: Scene, break_it: Callable[[Scene], None]) -> None:
    """It waits while the policies do not hold, is refused when they do again, and its todo stays open."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    break_it(scene)
    forged = scene.forge(todo)
    scene.guard_is(0)
    scene.is_told(forged, "decisions do not count at present, it waits to be judged: ")
    scene.mend()
    answer = scene.todos.judged(forged, PATIENCE)
    assert (answer["outcome"], answer["reason"]) == ("Refused", "GuardNotProven")
    assert "decide again" in answer["message"]
    assert scene.todos.status("deploy")["phase"] == "Active"
    scene.still_works()


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda each: each.__name__)
def test_c10_forged_while_it_is_down(scene: Scene, break_it: Callable[[Scene], None]) -> None:
    """All is mended before it starts again: what has changed meanwhile tells."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    scene.operator.stop()
    break_it(scene)
    forged = scene.forge(todo)
    scene.mend()
    scene.operator.start()
    answer = scene.todos.judged(forged, PATIENCE)
    assert (answer["outcome"], answer["reason"]) == ("Refused", "GuardNotProven")
    scene.still_works()


def test_audit_and_back_before_anybody_looks(scene: Scene) -> None:
    """Forged, and all mended at once: the decision is not judged by what is there when it is looked at."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    only_audit(scene)
    forged = scene.forge(todo)
    scene.patch(BINDING, {"op": "replace", "path": "/spec/validationActions", "value": ["Deny"]})
    assert scene.todos.judged(forged, PATIENCE)["reason"] == "GuardNotProven"
    scene.still_works()


def test_the_right_to_look_is_taken_away(scene: Scene) -> None:
    """Nobody knows what holds meanwhile: what is decided then does not count, what is decided before and after does."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    role = json.loads(scene.cluster.kubectl("get", "clusterrole", "myapp-operator", "-o", "json").stdout)
    (at,) = [
        at
        for at, rule in enumerate(role["rules"])
        if "create" in rule["verbs"] and "tododecisions" in rule["resources"]
    ]
    scene.patch(
        "clusterrole/myapp-operator", {"op": "replace", "path": f"/rules/{at}/verbs", "value": ["get", "list", "watch"]}
    )
    scene.cluster.kubectl("label", BINDING, "looked-at=again")
    only_audit(scene)
    scene.patch(BINDING, {"op": "replace", "path": "/spec/validationActions", "value": ["Deny"]})
    scene.guard_is(0)
    wait_until_policies_act(scene.cluster)
    meanwhile = scene.todos.decide(todo)
    give_up = time.monotonic() + PATIENCE
    while "may not try whether forged decisions are refused" not in scene.operator.log.read_text():
        assert time.monotonic() < give_up, scene.operator.end_of_log()
        time.sleep(0.1)
    assert "outcome" not in scene.todos.decision(meanwhile).get("status", {})
    scene.mend()
    assert scene.todos.judged(meanwhile, PATIENCE)["reason"] == "GuardNotProven"
    scene.still_works()


@pytest.mark.parametrize("what", [POLICY, BINDING], ids=["policy", "binding"])
def test_a_label_changes_nothing(scene: Scene, what: str) -> None:
    """Labels and annotations are not what is enforced: no decision waits for them."""
    scene.operator.start()
    scene.guard_is(1)
    scene.cluster.kubectl("label", what, "--overwrite", f"touched=at-{time.monotonic_ns()}")
    honest = scene.todos.decide(scene.todos.create("deploy"))
    assert scene.todos.judged(honest)["outcome"] == "Counted"


def test_people_see_why_their_decisions_wait(scene: Scene) -> None:
    """The decision and an Event on the todo name the cause, and the log has it once."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    remove_binding(scene)
    forged = scene.forge(todo)
    scene.is_told(forged, f"there is no ValidatingAdmissionPolicyBinding {NAME}")
    give_up, notes = time.monotonic() + PATIENCE, ""
    while "decisions on it wait to be judged" not in notes:
        assert time.monotonic() < give_up, scene.operator.end_of_log()
        time.sleep(0.2)
        listed = scene.cluster.kubectl("get", "events.events.k8s.io", "-n", scene.namespace, "-o", "json").stdout
        notes = " ".join(each.get("note", "") for each in json.loads(listed)["items"])
    assert f"there is no ValidatingAdmissionPolicyBinding {NAME}" in notes
    assert (
        scene.operator.log.read_text().count(
            f"decisions are not judged: there is no ValidatingAdmissionPolicyBinding {NAME}"
        )
        == 1
    )


def test_nobody_is_named_while_the_api_server_cannot(scene: Scene) -> None:
    """Without the policy that sets who created a Todo decisions wait; and whom it has not named it never names."""
    name = NAME.replace("decisions", "creator")
    scene.operator.start()
    scene.guard_is(1)
    scene.cluster.kubectl("delete", f"mutatingadmissionpolicybinding/{name}")
    scene.guard_is(0)
    wait_until_policies_act(scene.cluster)
    todo = scene.todos.create("deploy", approval={})
    assert "annotations" not in todo["metadata"]
    waiting = scene.todos.decide(todo, user="oncall", action="Comment", message="who asked for this?")
    scene.is_told(waiting, f"there is no MutatingAdmissionPolicyBinding {name}")

    scene.mend()

    scene.still_works()
    edited = scene.cluster.kubectl("label", "todo/deploy", "-n", scene.namespace, "by=admin", "-o", "json").stdout
    assert "annotations" not in json.loads(edited)["metadata"]
    assert scene.todos.status("deploy")["requester"] == "unproven"


def test_decided_while_it_is_down(scene: Scene) -> None:
    """Nothing has changed meanwhile, so it counts; and the restart has nothing to write down."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy")
    scene.todos.wait("deploy", "Active")
    scene.operator.stop()
    record = scene.cluster.kubectl("get", "configmap", "myapp-guard", "-n", "myapp-system", "-o", "yaml").stdout
    honest = scene.todos.decide(todo)
    scene.operator.start()
    assert scene.todos.judged(honest)["outcome"] == "Counted"
    assert scene.cluster.kubectl("get", "configmap", "myapp-guard", "-n", "myapp-system", "-o", "yaml").stdout == record
