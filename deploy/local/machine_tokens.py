"""Tokens of service accounts, asked of the API server itself (TokenRequest), as a pod's kubelet would."""

from pathlib import Path

from deploy.local.identities import CREDENTIAL_LIFETIME, Machine
from deploy.local.kubectl import run_kubectl

TIMEOUT = 30.0


def request_token(admin: Path, machine: Machine, cache: Path) -> str:
    """A token of the machine's service account, good for `CREDENTIAL_LIFETIME`.

    Raises KubectlError, for example when the service account does not exist.
    """
    completed = run_kubectl(
        admin,
        "create",
        "token",
        machine.service_account,
        f"--namespace={machine.namespace}",
        f"--duration={CREDENTIAL_LIFETIME.total_seconds():.0f}s",
        cache=cache,
        timeout=TIMEOUT,
    )
    return completed.stdout.strip()
