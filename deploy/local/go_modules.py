"""The Go modules that programs are built from: one folder of `binaries/` each, with a go.mod and go.sum of its own.

They are apart because their dependencies are: Helm and Kubernetes need different versions of the same libraries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BINARIES = Path(__file__).with_name("binaries")
TOOLCHAIN_LOCK = BINARIES / "go-toolchain.lock"
CONTROL_PLANE_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")
NODE_PROGRAMS = ("kube-scheduler", "kubelet", "kube-proxy")


@dataclass(frozen=True, slots=True)
class Target:
    """One program: its import path and the name that `go build` gives its output."""

    package: str
    output: str


@dataclass(frozen=True, slots=True)
class GoModule:
    """One folder with a go.mod.

    `pinned` is the module whose version the results are called by, None for sources of our own. `linker_values` are
    set in the programs, with `{version}`, `{major}` and `{minor}` filled in. `alternative` tells how to do without.
    """

    folder: Path
    title: str
    pinned: str | None
    targets: Mapping[str, Target]
    linker_values: Mapping[str, str] = field(default_factory=dict)
    alternative: str = ""


def _command(name: str) -> Target:
    return Target(f"k8s.io/kubernetes/cmd/{name}", name)


KUBERNETES = GoModule(
    folder=BINARIES / "kubernetes",
    title="Kubernetes",
    pinned="k8s.io/kubernetes",
    targets={
        "etcd": Target("go.etcd.io/etcd/server/v3", "server"),
        **{name: _command(name) for name in (*CONTROL_PLANE_PROGRAMS[1:], *NODE_PROGRAMS)},
    },
    # Without these the API server calls itself v0.0.0-master, which clients take for a very old one.
    linker_values={
        "k8s.io/component-base/version.gitVersion": "{version}",
        "k8s.io/component-base/version.gitMajor": "{major}",
        "k8s.io/component-base/version.gitMinor": "{minor}",
        "k8s.io/component-base/version.gitTreeState": "clean",
    },
    alternative=(
        "Without a build: name a folder that holds etcd and kube-apiserver in KUBEBUILDER_ASSETS, "
        "as `setup-envtest use -p path` prints it."
    ),
)
COREDNS = GoModule(
    folder=BINARIES / "coredns",
    title="CoreDNS",
    pinned="github.com/coredns/coredns",
    targets={"coredns": Target("local-cluster/coredns", "coredns")},
)
HELM = GoModule(
    folder=BINARIES / "helm",
    title="Helm",
    pinned="helm.sh/helm/v4",
    targets={"helm": Target("helm.sh/helm/v4/cmd/helm", "helm")},
    linker_values={
        "helm.sh/helm/v4/internal/version.version": "{version}",
        "helm.sh/helm/v4/internal/version.gitTreeState": "clean",
    },
)
PAUSE = GoModule(
    folder=BINARIES / "pause",
    title="pause",
    pinned=None,
    targets={"pause": Target("local-cluster/pause", "pause")},
)
