"""What a namespace needs before Jobs can be made in it: an account, its rights, and leave to act as it."""

from deploy.local import LocalCluster
from deploy.local.automation import allow_automation, apply_objects, binding, service_account

__all__ = ["ACCOUNT", "allow_automation", "create_account"]

ACCOUNT = "deployer"


def create_account(cluster: LocalCluster, namespace: str, role: str = "edit") -> None:
    """An account with the rights of a cluster role in its own namespace."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": namespace}}
    subject = service_account(namespace, ACCOUNT)
    apply_objects(cluster, account, binding(namespace, {"kind": "ClusterRole", "name": role}, subject))
