"""Where things are: inside a cluster's folder, and in the project's tree."""

from collections.abc import Iterable
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
AUDIT_POLICY_SOURCE = Path(__file__).with_name("audit-policy.yaml")
MANIFESTS = Path(__file__).with_name("manifests")
CRDS = PROJECT_ROOT / "crds"
RBAC = PROJECT_ROOT / "deploy" / "rbac"
POLICIES = PROJECT_ROOT / "deploy" / "policies"


def kubeconfig_path(folder: Path, user: str) -> Path:
    """The kubeconfig of one identity."""
    return folder / "kubeconfigs" / f"{user}.yaml"


def admin_credential_path(folder: Path) -> Path:
    """The administrator's certificate and key in one PEM file."""
    return folder / "pki" / "admin.pem"


def kubectl_cache_path(folder: Path) -> Path:
    """What kubectl remembers about the server."""
    return folder / "kubectl-cache"


def startup_manifests(*, operator_outside: bool = True) -> list[Path]:
    """What every cluster gets at its start: namespaces, accounts, and who may do what.

    Where the operator will run in a pod, its account and the roles come with its installation, which would refuse to
    take over what is there already. The accounts come first: in one `kubectl apply` the order of files is the order of
    creation.
    """
    of_all = [MANIFESTS / "identities.yaml", MANIFESTS / "people.yaml"]
    return [*of_all, MANIFESTS / "operator.yaml", *folders_with_manifests((RBAC,))] if operator_outside else of_all


def folders_with_manifests(folders: Iterable[Path]) -> list[Path]:
    """Those folders that hold manifests; kubectl refuses an empty one."""
    return [folder for folder in folders if any(folder.glob("*.yaml"))]
