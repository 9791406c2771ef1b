"""What the demo, the tests and the installation need of a cluster, whether it was started here or is the user's own."""

from pathlib import Path
from typing import Protocol

from deploy.local.kubectl import DEFAULT_TIMEOUT, CompletedKubectl


class ClusterAccess(Protocol):
    """A cluster in which every identity of `deploy.local.identities` can act."""

    @property
    def server(self) -> str:
        """URL of the API server."""
        ...

    def kubeconfig(self, user: str = "admin") -> Path:
        """The kubeconfig file of one identity."""
        ...

    def kubectl(
        self,
        *arguments: str,
        user: str = "admin",
        stdin: str | None = None,
        check: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> CompletedKubectl:
        """Run the real kubectl as one identity."""
        ...
