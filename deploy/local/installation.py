"""Installs the project's own manifests into a cluster, and waits until they are in force."""

from deploy.local.access import ClusterAccess
from deploy.local.established import wait_until_established
from deploy.local.layout import CRDS, POLICIES, RBAC, folders_with_manifests
from deploy.local.policy_canary import wait_until_policies_act


def install(cluster: ClusterAccess) -> None:
    """Apply `crds/`, `deploy/rbac` and `deploy/policies` as admin; what is there already is brought up to date.

    Returns when the API server serves the kinds and enforces the policies, both of which it does with a delay.
    Raises KubectlError.
    """
    if folders := folders_with_manifests((CRDS, RBAC)):
        cluster.kubectl("apply", "--server-side", *(f"--filename={folder}" for folder in folders))
    if folders_with_manifests((CRDS,)):
        wait_until_established(cluster, f"--filename={CRDS}")
    if folders_with_manifests((POLICIES,)):
        cluster.kubectl("apply", "--server-side", f"--filename={POLICIES}")
        wait_until_policies_act(cluster)
