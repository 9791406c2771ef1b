"""What a namespace needs before machines may do Todos there: an account, its rights, and leave to act as it."""

from collections.abc import Sequence

from deploy.local import ClusterAccess
from deploy.local.automation import allow_automation, apply_objects, role_of, service_account

ACCOUNT = "worker"
_CONFIG_MAPS = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "patch"]}


def provide_accounts(cluster: ClusterAccess, namespaces: Sequence[str]) -> None:
    """The account may read and write ConfigMaps, and the operator may act as it. Raises KubectlError."""
    for namespace in namespaces:
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": namespace}}
        role = role_of(namespace, ACCOUNT, _CONFIG_MAPS, service_account(namespace, ACCOUNT))
        apply_objects(cluster, account, *role)
        allow_automation(cluster, namespace)
