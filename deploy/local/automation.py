"""What a namespace needs before machines do todos in it, beside a cluster: leave to act as its accounts.

For tests and benchmarks. A release has it from the chart's value `automation.namespaces`, the demo from kustomize.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.local.access import ClusterAccess
from deploy.local.identities import OPERATOR

RBAC = "rbac.authorization.k8s.io"
_ACT = {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]}


def allow_automation(cluster: ClusterAccess, namespace: str, operator: tuple[str, str] | None = None) -> None:
    """Let the operator act as every account of the namespace; `operator` is its own namespace and name.

    Raises KubectlError.
    """
    where, name = operator or (OPERATOR.namespace, OPERATOR.service_account)
    apply_objects(cluster, *role_of(namespace, "automation", _ACT, service_account(where, name)))


def service_account(namespace: str, name: str) -> dict[str, str]:
    """A service account, as whom a binding names."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def role_of(
    namespace: str, name: str, rule: Mapping[str, Any], subject: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A Role of one rule, and its binding to the subject."""
    metadata = {"name": name, "namespace": namespace}
    role = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]}
    return role, binding(namespace, {"kind": "Role", "name": name}, subject)


def binding(namespace: str, role: Mapping[str, str], subject: Mapping[str, str]) -> dict[str, Any]:
    """A RoleBinding, named after the role."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": role["name"], "namespace": namespace},
        "roleRef": {"apiGroup": RBAC, **role},
        "subjects": [subject],
    }


def apply_objects(cluster: ClusterAccess, *objects: Mapping[str, Any]) -> None:
    """`kubectl apply` them all at once. Raises KubectlError."""
    items: Sequence[Mapping[str, Any]] = objects
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
