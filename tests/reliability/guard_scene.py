"""Admission policies that a test breaks and mends, in a cluster of their own, because they are everybody's."""

import json
import time
from dataclasses import dataclass

from deploy.local import LocalCluster
from deploy.local.layout import POLICIES, RBAC
from deploy.local.policy_canary import wait_until_policies_act
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

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

    def forge(self, todo: JsonObject, action: str = "Complete") -> str:
        """Have admin decide in the name of oncall: tried until it is admitted, as no intact policy would."""
        name = f"forged-{time.monotonic_ns()}"
        manifest = decision_manifest(todo, username="oncall", name=name, action=action)
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
