"""The guard on a real API server: whatever was decided while the admission policies did not hold never counts.

A cluster of its own, because the policies are everybody's. Each test breaks them in its way, has a decision made that
no intact policy admits, and mends them.
"""

import json
import time
from collections.abc import Callable

import pytest

from deploy.local.policy_canary import wait_until_policies_act
from tests.reliability.guard_scene import BINDING, BREAKS, NAME, PATIENCE, POLICY, Scene, only_audit, remove_binding

# One worker runs them all: their cluster is a second control plane.
pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("guard")]


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
