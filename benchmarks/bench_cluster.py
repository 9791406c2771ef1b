"""A fresh control plane for one scenario, with everything installed that the operator needs, and the load aimed at it.

Every scenario gets its own: what etcd and the API server remember of the one before would weigh on the next.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.api_writes import AuditLogBookmark
from benchmarks.load import NAMESPACES, LoadError, LoadGenerator, LoadPlan, LoadResult, Progress
from benchmarks.measured_process import MeasuredProcess
from benchmarks.operator_process import USERNAME
from deploy.local import ClusterOptions, LocalCluster, install


@dataclass(frozen=True, slots=True)
class BenchCluster:
    """A running cluster, its load generator, and a folder for logs that lives as long as the cluster."""

    cluster: LocalCluster
    load: LoadGenerator
    folder: Path

    @property
    def operator_kubeconfig(self) -> Path:
        """Both controllers log in with it, so that both are authorised, throttled and audited alike."""
        return self.cluster.kubeconfig("operator")

    def log(self, name: str) -> Path:
        """Where the process `name` writes its output."""
        return self.folder / f"{name}.log"

    def create(self, plan: LoadPlan, controller: MeasuredProcess, progress: Progress) -> LoadResult:
        """Create Todos and wait until `controller` has brought all of them to their end.

        Raises MeasuredProcessError when the controller died, LoadError when it did not do its work.
        """
        try:
            return self.load.create(plan, progress)
        except LoadError as error:
            controller.require_alive()
            raise LoadError(f"{error}; the log of {controller.name} is {controller.log}") from error

    def bookmark_writes(self) -> AuditLogBookmark:
        """Count the controller's writes from now on."""
        return AuditLogBookmark(self.cluster.audit_log, USERNAME)


@contextmanager
def start_cluster(name: str, loadgen: Path, *, connections: int) -> Iterator[BenchCluster]:
    """Start a cluster with the CRDs, policies and roles installed and the load's namespaces created.

    The logs are kept for whoever looks into an error when the block ends with one.

    Raises LocalClusterError when the cluster does not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"myapp-bench-{name}-"))
    with LocalCluster.start(ClusterOptions(name=f"bench-{name}")) as cluster:
        install(cluster)
        for number in range(NAMESPACES):
            cluster.kubectl("create", "namespace", f"bench-{number}")
        load = LoadGenerator(loadgen, cluster.kubeconfig("admin"), folder, connections=connections)
        yield BenchCluster(cluster, load, folder)
    shutil.rmtree(folder)
