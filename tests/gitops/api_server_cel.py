"""Evaluates Flux's health expressions with the API server's own CEL.

An admission policy on the status of Todos, in one namespace, refuses every update, and says in its message what the
expressions gave, asked one after the other as Flux does. Flux hands an object's top-level fields to an expression as
variables; here they are bound by comprehensions over lists of one. The updates are dry runs, so nothing changes.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import todos_path

_MARK = "evaluated:"
_PATIENCE = 30.0
_ORDER = (("inProgress", "InProgress"), ("failed", "Failed"), ("current", "Current"))


class FluxHealth:
    """The expressions of one kind of object, installed in a namespace until `remove`."""

    def __init__(
        self, cluster: LocalCluster, namespace: str, expressions: Mapping[str, str], plural: str = "todos"
    ) -> None:
        self._cluster = cluster
        self._api = ApiServer(cluster.kubeconfig("operator"))  # who alone may write a status
        self._path = f"{todos_path(namespace).removesuffix('todos')}{plural}"
        self._plural = plural
        self._name = f"flux-{namespace}"
        cluster.kubectl("apply", "-f", "-", stdin=self._policy(namespace, expressions))

    def remove(self) -> None:
        """Uninstall."""
        self._cluster.kubectl("delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", self._name)
        self._api.close()

    def wait_until_in_force(self, name: str) -> None:
        """Return when updates of the Todo of that name are answered by the policy."""
        give_up = time.monotonic() + _PATIENCE
        while _MARK not in self._api.patch(f"{self._path}/{name}/status", {"status": {}}, dry_run=True).message:
            assert time.monotonic() < give_up, "the policy is not in force"
            time.sleep(0.2)

    def status(self, name: str, todo: JsonObject) -> str:
        """What Flux would say of the Todo of that name if its status were that of `todo`."""
        status = todo["status"]
        if status.get("observedGeneration") not in (None, todo["metadata"]["generation"]):
            return "InProgress"
        message = self._api.patch(f"{self._path}/{name}/status", {"status": status}, dry_run=True).message
        assert _MARK in message, f"an expression failed: {message}"
        return message.partition(_MARK)[2].strip()

    def _policy(self, namespace: str, expressions: Mapping[str, str]) -> str:
        told = "'InProgress'"
        for field, status in reversed(_ORDER):
            if field in expressions:
                told = f"({_bound(expressions[field])} ? '{status}' : {told})"
        resource = {
            "apiGroups": ["todo.myapp.dev"],
            "apiVersions": ["*"],
            "operations": ["UPDATE"],
            "resources": [f"{self._plural}/status"],
        }
        version = "admissionregistration.k8s.io/v1"
        kind = "ValidatingAdmissionPolicy"
        policy: dict[str, Any] = {
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": self._name},
            "spec": {
                "matchConstraints": {
                    "resourceRules": [resource],
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                },
                "validations": [{"expression": "false", "messageExpression": f"'{_MARK} ' + {told}"}],
            },
        }
        binding = {
            "apiVersion": version,
            "kind": f"{kind}Binding",
            "metadata": {"name": self._name},
            "spec": {"policyName": self._name, "validationActions": ["Deny"]},
        }
        return json.dumps({"apiVersion": "v1", "kind": "List", "items": [policy, binding]})


def _bound(expression: str) -> str:
    """The expression, with `metadata`, `spec` and `status` as names for the object's."""
    for name in ("metadata", "spec", "status"):
        expression = f"[object.{name}].exists({name}, {expression})"
    return expression
