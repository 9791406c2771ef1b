"""The keys of a node's programs: an identity of its own for each, as in production."""

from pathlib import Path

from deploy.local.certificates import CertificateAuthority
from deploy.local.components import KUBELET_CLIENT
from deploy.local.identities import Person
from deploy.local.kubeconfig import Endpoint, certificate_credential, render_kubeconfig, write_private
from deploy.local.node.components import NodeFiles
from deploy.local.node.configuration import NODE_NAME

MANIFEST = Path(__file__).with_name("manifests") / "rights.yaml"
"""What those may do for whom Kubernetes has no role or binding of its own."""

API_SERVER = Person("kube-apiserver-kubelet-client", ())
PROGRAMS = {
    "kubelet": Person(f"system:node:{NODE_NAME}", ("system:nodes",)),
    "kube-scheduler": Person("system:kube-scheduler", ()),
    "kube-proxy": Person("system:kube-proxy", ()),
    "coredns": Person("system:coredns", ()),
}


def write_credentials(folder: Path, authority: CertificateAuthority, endpoint: Endpoint, address: str) -> None:
    """Write all kubeconfigs, the kubelet's serving certificate and the API server's key for kubelets."""
    files = NodeFiles.of(folder)
    for name, person in PROGRAMS.items():
        credential = certificate_credential(authority.issue_client(person))
        write_private(files.kubeconfig(name), render_kubeconfig(endpoint, person.name, credential))
    serving = authority.issue_server((address,), name=PROGRAMS["kubelet"].name, dns_names=(NODE_NAME,))
    write_private(files.serving_certificate, serving.certificate)
    write_private(files.serving_key, serving.key)
    client = authority.issue_client(API_SERVER)
    write_private(folder / KUBELET_CLIENT, client.certificate + client.key)
