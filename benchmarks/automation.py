"""What a namespace needs before machines may do Todos there: an account, its rights, and leave to act as it."""

import json
from collections.abc import Sequence

from benchmarks.api_client import JsonObject
from deploy.local import ClusterAccess
from deploy.local.identities import OPERATOR

ACCOUNT = "worker"
_RBAC = "rbac.authorization.k8s.io"
_CONFIG_MAPS = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "patch"]}
_ACT = {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]}


def allow_automation(cluster: ClusterAccess, namespaces: Sequence[str]) -> None:
    """The account may read and write ConfigMaps, and the operator may act as it. Raises KubectlError."""
    items = [each for namespace in namespaces for each in _objects(namespace)]
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))


def _objects(namespace: str) -> list[JsonObject]:
    account = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}
    operator = {"kind": "ServiceAccount", "name": OPERATOR.service_account, "namespace": OPERATOR.namespace}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": namespace}},
        *_role(namespace, ACCOUNT, _CONFIG_MAPS, account),
        *_role(namespace, "automation", _ACT, operator),
    ]


def _role(namespace: str, name: str, rule: JsonObject, subject: JsonObject) -> list[JsonObject]:
    metadata = {"name": name, "namespace": namespace}
    reference = {"apiGroup": _RBAC, "kind": "Role", "name": name}
    return [
        {"apiVersion": f"{_RBAC}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]},
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": reference,
            "subjects": [subject],
        },
    ]
