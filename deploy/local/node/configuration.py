"""The configuration files of a node's programs, as text."""

import json
from pathlib import Path

import yaml

NODE_NAME = "node"
PAUSE_IMAGE = "localhost/pause:local"
POD_RANGE = "10.88.0.0/16"
CLUSTER_DOMAIN = "cluster.local"
KUBE_PROXY_HEALTH_PORT = 10256
COREDNS_READY_PORT = 8181
CONTAINERD_SOCKET = "/run/containerd/containerd.sock"

CONTAINERD = """\
version = 2
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  # Without the right to lower it (CAP_SYS_RESOURCE) a container would otherwise die at its start.
  restrict_oom_score_adj = true
  # Its profiles would have to be loaded into the machine's kernel.
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "{snapshotter}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "{runc}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{networks}"
"""

COREFILE = """\
.:53 {{
    bind {address}
    errors
    ready {address}:{ready}
    kubernetes {domain} in-addr.arpa {{
        kubeconfig {kubeconfig}
        pods insecure
    }}
    # Short, for tests that wait for a name to appear.
    cache 2
    loadbalance
}}
"""


def render_containerd(*, snapshotter: str, runc: Path, plugins: Path, networks: Path) -> str:
    """containerd's own, with Kubernetes' interface to it."""
    return CONTAINERD.format(
        socket=CONTAINERD_SOCKET,
        pause=PAUSE_IMAGE,
        snapshotter=snapshotter,
        runc=runc,
        plugins=plugins,
        networks=networks,
    )


def render_network() -> str:
    """How a pod gets its interface: a route of its own, not a bridge.

    So what one pod sends to another passes the packet filter, where Services are made, without `br_netfilter`, which
    would have to be loaded into the machine's kernel.
    """
    addresses = {"type": "host-local", "ranges": [[{"subnet": POD_RANGE}]], "routes": [{"dst": "0.0.0.0/0"}]}
    plugins = [
        {"type": "ptp", "ipMasq": True, "ipam": addresses},
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ]
    return json.dumps({"cniVersion": "0.4.0", "name": "pods", "plugins": plugins}, indent=2)


def render_corefile(address: str, kubeconfig: Path) -> str:
    """The name service of the cluster; it knows no other names."""
    return COREFILE.format(address=address, domain=CLUSTER_DOMAIN, kubeconfig=kubeconfig, ready=COREDNS_READY_PORT)


def render_kubelet(*, address: str, authority: Path, certificate: Path, key: Path, resolver: Path, group: str) -> str:
    """The kubelet's: it asks the API server who may do what, as in production."""
    return _render(
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "address": address,
            "tlsCertFile": str(certificate),
            "tlsPrivateKeyFile": str(key),
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(authority)},
            },
            "authorization": {"mode": "Webhook"},
            "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
            "clusterDomain": CLUSTER_DOMAIN,
            "clusterDNS": [address],
            "resolvConf": str(resolver),
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": f"/{group}",
            "failCgroupV1": False,
            "failSwapOn": False,
            "oomScoreAdj": 0,
            # A nearly full disk must evict neither pods nor images: what was loaded cannot be pulled again.
            "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
            "imageGCHighThresholdPercent": 100,
            "maxPods": 200,
        }
    )


def render_kube_proxy(address: str, kubeconfig: Path) -> str:
    """kube-proxy's; it leaves the machine's limits of tracked connections alone."""
    unlimited = {"maxPerCore": 0, "min": 0, "tcpCloseWaitTimeout": "0s", "tcpEstablishedTimeout": "0s"}
    return _render(
        {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "clientConnection": {"kubeconfig": str(kubeconfig)},
            "hostnameOverride": NODE_NAME,
            "mode": "iptables",
            "clusterCIDR": POD_RANGE,
            "conntrack": unlimited,
            "nodePortAddresses": ["primary"],
            "healthzBindAddress": f"{address}:{KUBE_PROXY_HEALTH_PORT}",
            "iptables": {"minSyncPeriod": "0s", "syncPeriod": "30s"},
        }
    )


def _render(configuration: dict[str, object]) -> str:
    return yaml.safe_dump(configuration, sort_keys=False)
