"""Evaluates expressions with the API server's own CEL, over an object of free form.

One admission policy holds all of them. A Thing of the name `e7` is created as a dry run: only the seventh is evaluated
then, and the answer says whether it has the value that is expected of it, or why it has none.
"""

import json
import re
import time
from collections.abc import Sequence

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from tests.api_server import ApiServer, JsonObject
from tests.e2e.actions.manifests import identity, thing_definition

ADMISSION = "admissionregistration.k8s.io/v1"
_POLICIES = f"/apis/{ADMISSION}/validatingadmissionpolicies"
_ERROR = re.compile(r"resulted in error: (.*)", re.DOTALL)
_DENIED = "denied request: "
_OTHER = "it has another value, or one of another type"
_PATIENCE = 30.0


class ApiServerCel:
    """The API server, which evaluates expressions over `object.spec` in one namespace."""

    def __init__(self, cluster: LocalCluster, namespace: str, spec: JsonObject) -> None:
        self._cluster = cluster
        self._api = ApiServer(cluster.kubeconfig())
        self._namespace = namespace
        self._spec = spec
        self._name = f"cel-{namespace}"
        cluster.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(thing_definition()))
        wait_until_established(cluster, "crd/things.example.dev")

    def install(self, questions: Sequence[str]) -> None:
        """Have these evaluated, each by its place: expressions that yield true or false."""
        manifests = [self._policy(self._name, [*questions, "false"]), self._binding()]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
        self._cluster.kubectl("apply", "-f", "-", stdin=text)
        give_up = time.monotonic() + _PATIENCE
        while self.problem(len(questions)) != _OTHER:
            assert time.monotonic() < give_up, "the policy is not in force"
            time.sleep(0.1)

    def remove(self) -> None:
        """Uninstall."""
        self._cluster.kubectl("delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", self._name)
        self._api.close()

    def problem(self, place: int) -> str:
        """What the question at this place came to: empty where it is true, else why it is not."""
        thing = {**identity("example.dev/v1", "Thing", f"e{place}"), "spec": self._spec}
        answer = self._api.create(f"/apis/example.dev/v1/namespaces/{self._namespace}/things", thing, dry_run=True)
        if answer.accepted:
            return ""
        error = _ERROR.search(answer.message)
        return error[1] if error else answer.message.rpartition(_DENIED)[2]

    def refusal(self, expression: str) -> str:
        """Why the expression cannot be compiled; empty where it can."""
        answer = self._api.create(
            _POLICIES, self._policy(f"{self._name}-tried", [f"dyn({expression}) != null"]), dry_run=True
        )
        return "" if answer.accepted else answer.message

    def _policy(self, name: str, questions: Sequence[str]) -> JsonObject:
        rule = {"apiGroups": ["example.dev"], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["things"]}
        validations = [
            {"expression": f"object.metadata.name != 'e{place}' || ({question})", "message": _OTHER}
            for place, question in enumerate(questions)
        ]
        selector = {"matchLabels": {"kubernetes.io/metadata.name": self._namespace}}
        constraints = {"resourceRules": [rule], "namespaceSelector": selector}
        spec = {"matchConstraints": constraints, "validations": validations}
        return {**identity(ADMISSION, "ValidatingAdmissionPolicy", name), "spec": spec}

    def _binding(self) -> JsonObject:
        spec = {"policyName": self._name, "validationActions": ["Deny"]}
        return {**identity(ADMISSION, "ValidatingAdmissionPolicyBinding", self._name), "spec": spec}


def question(expression: str, value: str) -> str:
    """Whether the expression has this value, of the same type: both as they are written in CEL."""
    return f"dyn({expression}) == dyn({value}) && type(dyn({expression})) == type(dyn({value}))"
