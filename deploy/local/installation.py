"""Installs the project's own manifests into a cluster, and waits until they are in force."""

from pathlib import Path

from deploy.local.access import ClusterAccess
from deploy.local.established import wait_until_established
from deploy.local.kind_canary import wait_until_kinds_are_known
from deploy.local.layout import CRDS, POLICIES, RBAC, folders_with_manifests
from deploy.local.policy_canary import wait_until_policies_act

_POLICY_GROUP = "admissionregistration.k8s.io"
_NEEDS_MUTATION = "creator.yaml"
"""The policy that needs MutatingAdmissionPolicies."""


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
        cluster.kubectl("apply", "--server-side", *(f"--filename={file}" for file in _policies(cluster)))
        wait_until_policies_act(cluster)
        wait_until_kinds_are_known(cluster)


def _policies(cluster: ClusterAccess) -> list[Path]:
    """All but those whose kind takes a newer Kubernetes than the cluster's."""
    served = cluster.kubectl("api-resources", f"--api-group={_POLICY_GROUP}", "--output=name").stdout.split()
    mutates = f"mutatingadmissionpolicies.{_POLICY_GROUP}" in served
    return sorted(file for file in POLICIES.glob("*.yaml") if mutates or file.name != _NEEDS_MUTATION)
