"""What a namespace needs before Jobs can be made in it: an account, its rights, and leave to act as it."""

import json

from deploy.local import LocalCluster
from deploy.local.identities import OPERATOR
from tests.api_server import JsonObject

ACCOUNT = "deployer"
RBAC = "rbac.authorization.k8s.io/v1"


def allow_automation(cluster: LocalCluster, namespace: str, operator: tuple[str, str] | None = None) -> None:
    """Let the operator act as every account of the namespace; `operator` is its own namespace and name."""
    where, name = operator or (OPERATOR.namespace, OPERATOR.service_account)
    rules = [{"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]}]
    role = {"apiVersion": RBAC, "kind": "Role", "metadata": {"name": "automation", "namespace": namespace}}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": where}
    _apply(cluster, {**role, "rules": rules}, _binding(namespace, {"kind": "Role", "name": "automation"}, subject))


def create_account(cluster: LocalCluster, namespace: str, role: str = "edit") -> None:
    """An account with the rights of a cluster role in its own namespace."""
    cluster.kubectl("create", "serviceaccount", ACCOUNT, f"--namespace={namespace}")
    subject = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}
    _apply(cluster, _binding(namespace, {"kind": "ClusterRole", "name": role}, subject))


def _binding(namespace: str, role: dict[str, str], subject: dict[str, str]) -> JsonObject:
    return {
        "apiVersion": RBAC,
        "kind": "RoleBinding",
        "metadata": {"name": role["name"], "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", **role},
        "subjects": [subject],
    }


def _apply(cluster: LocalCluster, *objects: JsonObject) -> None:
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
