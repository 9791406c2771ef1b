"""Where the demo plays: a cluster of its own, or the one that the user named, and what is said about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.api_writes import OperatorWrites, operator_writes
from deploy.demo.options import DemoOptions
from deploy.local import ClusterAccess, ClusterOptions, ExistingCluster, LocalCluster

_DEFAULT_KUBECONFIG = Path("~/.kube/config")


@dataclass(frozen=True, slots=True)
class Stage:
    """A cluster that is up. `folder` goes when the cluster goes; `audit_log` is None where the cluster is not ours."""

    cluster: ClusterAccess
    folder: Path
    audit_log: Path | None
    name: str
    with_node: LocalCluster | None = None
    """The cluster, where pods can run in it."""

    def operator_writes(self, namespace: str) -> OperatorWrites | None:
        """What the operator wrote there; None where nobody kept a log that we may read."""
        return None if self.audit_log is None else operator_writes(self.audit_log, namespace)


@contextmanager
def open_stage(options: DemoOptions, report: Callable[[str], None]) -> Iterator[Stage]:
    """Brings the cluster up, and takes it down at the end unless it is kept or was never ours.

    Raises LocalClusterError, with what is missing and how to get it.
    """
    if not options.own_cluster:
        yield from _existing(options, report)
        return
    parts = "etcd, kube-apiserver, controller manager" + (", scheduler, and a node" if options.node else "")
    report(f'starting a control plane of its own, named "{options.name}" ({parts})')
    cluster = LocalCluster.start(ClusterOptions(name=options.name, detached=options.keep, node=options.node))
    report(f"Kubernetes {cluster.version} is up at {cluster.server}")
    try:
        with_node = cluster if options.node else None
        yield Stage(cluster, cluster.state_dir, cluster.audit_log, options.name, with_node)
    finally:
        if not options.keep:
            cluster.stop()


def _existing(options: DemoOptions, report: Callable[[str], None]) -> Iterator[Stage]:
    kubeconfig = options.kubeconfig or _DEFAULT_KUBECONFIG.expanduser()
    report(f"using the cluster of {options.context or 'the current context'} in {kubeconfig}")
    report("installing there: myapp's CRDs, cluster roles and policies; the namespaces shop, gitops and myapp-system")
    report("people are impersonated there (--as oncall --as-group sre), so you need an administrator's rights")
    with ExistingCluster(kubeconfig, options.context or None) as cluster:
        yield Stage(cluster, cluster.kubeconfig().parent, None, "")
