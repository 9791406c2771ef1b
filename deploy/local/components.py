"""The control plane's components and the exact arguments each is started with.

Every path is relative: the components run with the cluster's own folder as working directory. That keeps etcd's socket
paths short, whatever the folder's name.
"""

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
SERVICE_RANGE = "10.96.0.0/16"
SERVICE_ADDRESS = "10.96.0.1"

AUTHORITY = Path("pki/ca.crt")
SERVER_CERTIFICATE = Path("pki/apiserver.crt")
SERVER_KEY = Path("pki/apiserver.key")
TOKEN_PUBLIC_KEY = Path("pki/tokens.pub")
TOKEN_PRIVATE_KEY = Path("pki/tokens.key")
CONTROLLER_MANAGER_KUBECONFIG = Path("pki/kube-controller-manager.kubeconfig")
KUBELET_CLIENT = Path("pki/apiserver-kubelet-client.pem")
AUDIT_POLICY = Path("audit-policy.yaml")
AUDIT_LOG = Path("audit.log")

ETCD_CLIENT_SOCKET = "unix://etcd-client.sock:0"
ETCD_PEER_SOCKET = "unix://etcd-peer.sock:0"


@dataclass(frozen=True, slots=True)
class Component:
    """One program of the control plane: its name is the name of its binary and of its log."""

    name: str
    arguments: tuple[str, ...]

    @property
    def log(self) -> Path:
        """Where its output goes, relative to the cluster's folder."""
        return Path("logs") / f"{self.name}.log"


@dataclass(frozen=True, slots=True)
class ApiListener:
    """Where the API server listens. `for_node`: it is a node's address, and the server talks to its kubelet.

    `emulates` is the older version of Kubernetes that it serves, such as 1.35; empty for its own.
    """

    address: str
    port: int
    for_node: bool = False
    emulates: str = ""

    @property
    def url(self) -> str:
        """As kubeconfigs name it."""
        return f"https://{self.address}:{self.port}"


def etcd() -> Component:
    """The store, on Unix sockets inside the cluster's private folder: no port, so no other user can reach it."""
    return Component(
        "etcd",
        (
            "--name=local",
            "--data-dir=etcd",
            f"--listen-client-urls={ETCD_CLIENT_SOCKET}",
            f"--advertise-client-urls={ETCD_CLIENT_SOCKET}",
            f"--listen-peer-urls={ETCD_PEER_SOCKET}",
            f"--initial-advertise-peer-urls={ETCD_PEER_SOCKET}",
            f"--initial-cluster=local={ETCD_PEER_SOCKET}",
            # The data live no longer than the cluster: waiting for the disk would protect nothing.
            "--unsafe-no-fsync",
            # A benchmark's tens of thousands of objects, each written several times, pass the default of 2 GiB.
            f"--quota-backend-bytes={8 * 1024**3}",
            "--log-level=warn",
        ),
    )


def kube_apiserver(listener: ApiListener) -> Component:
    """The API server on one port of one address."""
    return Component(
        "kube-apiserver",
        (
            f"--etcd-servers={ETCD_CLIENT_SOCKET}",
            f"--bind-address={listener.address}",
            f"--secure-port={listener.port}",
            # The supervisor holds the port from before the start, so that nobody takes it in between (see ports.py).
            "--permit-port-sharing=true",
            f"--advertise-address={listener.address}",
            *_emulating(listener.emulates),
            *(_WITH_NODE if listener.for_node else _WITHOUT_NODE),
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            f"--tls-cert-file={SERVER_CERTIFICATE}",
            f"--tls-private-key-file={SERVER_KEY}",
            f"--client-ca-file={AUTHORITY}",
            "--anonymous-auth=false",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={TOKEN_PUBLIC_KEY}",
            f"--service-account-signing-key-file={TOKEN_PRIVATE_KEY}",
            f"--audit-policy-file={AUDIT_POLICY}",
            f"--audit-log-path={AUDIT_LOG}",
            # Never rotated (in MB): whoever counts writes reads one file from the first line to the last.
            "--audit-log-maxsize=100000",
            # The defaults (400 and 200) are meant for a server among many clients. Here one client, a test or a
            # benchmark, is nearly all of the load, and on a busy machine it would be throttled instead of measured.
            "--max-requests-inflight=3000",
            "--max-mutating-requests-inflight=1000",
        ),
    )


_WITHOUT_NODE = (
    "--authorization-mode=RBAC",
    # There are no pods that would look for the server behind the Service `kubernetes`, and an Endpoint may not be a
    # loopback address.
    "--endpoint-reconciler-type=none",
)
_WITH_NODE = (
    # As in production: a kubelet may do what concerns its own pods.
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    f"--kubelet-certificate-authority={AUTHORITY}",
    f"--kubelet-client-certificate={KUBELET_CLIENT}",
    f"--kubelet-client-key={KUBELET_CLIENT}",
    "--kubelet-preferred-address-types=InternalIP",
)


def _emulating(version: str) -> tuple[str, ...]:
    return (f"--emulated-version={version}",) if version else ()


def kube_controller_manager(emulates: str = "") -> Component:
    """Garbage collection, namespaces, service accounts, Jobs, aggregated cluster roles and the rest, as everywhere."""
    kubeconfig = CONTROLLER_MANAGER_KUBECONFIG
    return Component(
        "kube-controller-manager",
        (
            f"--kubeconfig={kubeconfig}",
            *_emulating(emulates),
            # Nobody scrapes it, and a port less is a port that cannot be taken.
            "--secure-port=0",
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={TOKEN_PRIVATE_KEY}",
            f"--root-ca-file={AUTHORITY}",
            # The default of 20 requests/s makes the garbage collector take minutes over a benchmark's namespace.
            "--kube-api-qps=300",
            "--kube-api-burst=600",
        ),
    )


def control_plane(listener: ApiListener) -> tuple[Component, ...]:
    """All components in the order of their dependencies."""
    return (etcd(), kube_apiserver(listener), kube_controller_manager(listener.emulates))
