"""A node's programs and the exact arguments each is started with.

Paths are absolute, because a program that enters the node's namespaces loses its working directory.
"""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.components import Component
from deploy.local.node.configuration import NODE_NAME


@dataclass(frozen=True, slots=True)
class NodeFiles:
    """Where a node's files are in its cluster's folder."""

    folder: Path
    pki: Path

    @classmethod
    def of(cls, cluster_folder: Path) -> "NodeFiles":
        """Those of the cluster in that folder."""
        return cls(cluster_folder / "node", cluster_folder / "pki")

    def create(self) -> None:
        """Create the folder itself and that of the configurations."""
        self.folder.mkdir(mode=0o755)
        self.configuration("").mkdir()

    @property
    def serving_certificate(self) -> Path:
        """The certificate with which the kubelet answers."""
        return self.pki / "kubelet.crt"

    @property
    def serving_key(self) -> Path:
        """Its key."""
        return self.pki / "kubelet.key"

    @property
    def record(self) -> Path:
        """Where the node is, for other processes."""
        return self.folder / "node.json"

    def kubeconfig(self, name: str) -> Path:
        """The kubeconfig of one of the programs."""
        return self.pki / f"{name}.kubeconfig"

    def configuration(self, name: str) -> Path:
        """The configuration of one of the programs."""
        return self.folder / "configuration" / name


def containerd(files: NodeFiles) -> Component:
    """Runs the containers, by way of runc and the network plug-ins."""
    return Component("containerd", (f"--config={files.configuration('containerd.toml')}", "--log-level=warn"))


def kube_scheduler(files: NodeFiles) -> Component:
    """Assigns pods to the node. It runs outside, as the controller manager does."""
    kubeconfig = files.kubeconfig("kube-scheduler")
    return Component(
        "kube-scheduler",
        (
            f"--kubeconfig={kubeconfig}",
            "--leader-elect=false",
            # Nobody scrapes it, and a port less is a port that cannot be taken.
            "--secure-port=0",
        ),
    )


def kubelet(files: NodeFiles, address: str) -> Component:
    """Runs the pods that are assigned to the node."""
    return Component(
        "kubelet",
        (
            f"--config={files.configuration('kubelet.yaml')}",
            f"--kubeconfig={files.kubeconfig('kubelet')}",
            f"--hostname-override={NODE_NAME}",
            f"--node-ip={address}",
        ),
    )


def kube_proxy(files: NodeFiles) -> Component:
    """Makes the addresses of Services lead to pods."""
    return Component("kube-proxy", (f"--config={files.configuration('kube-proxy.yaml')}",))


def coredns(files: NodeFiles) -> Component:
    """Makes the names of Services lead to addresses."""
    return Component("coredns", (f"-conf={files.configuration('Corefile')}",))
