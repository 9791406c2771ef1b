"""A fresh control plane for one scenario, with everything installed that the operator needs, and the load aimed at it.

Every scenario gets its own: what etcd and the API server remember of the one before would weigh on the next.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.api_client import ApiClient
from benchmarks.api_writes import AuditLogBookmark
from benchmarks.load import NAMESPACES, LoadError, LoadGenerator, LoadPlan, LoadResult, Progress
from benchmarks.measured_process import MeasuredProcess
from benchmarks.operator_process import USERNAME, OperatorProcess
from deploy.local import ClusterOptions, LocalCluster, install, let_operator_in
from deploy.local.redis_server import RedisServer


@dataclass(frozen=True, slots=True)
class BenchCluster:
    """A running cluster, its load generator, and a folder for logs that lives as long as the cluster."""

    cluster: LocalCluster
    load: LoadGenerator
    folder: Path
    redis: RedisServer | None

    @property
    def operator_kubeconfig(self) -> Path:
        """Both controllers log in with it, so that both are authorised, throttled and audited alike."""
        return self.cluster.kubeconfig("operator")

    def operator(self, log: str = "operator", settings: Mapping[str, str] | None = None) -> OperatorProcess:
        """The operator, not running yet; it uses the Redis server if there is one. `settings` are MYAPP_ variables."""
        redis = {} if self.redis is None else {"MYAPP_REDIS_URL": self.redis.url}
        return OperatorProcess(self.operator_kubeconfig, self.log(log), {**redis, **(settings or {})})

    def client(self, user: str) -> ApiClient:
        """A connection to the API server as one identity, to be closed by the caller."""
        return ApiClient(self.cluster.kubeconfig(user))

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
def start_cluster(
    name: str, loadgen: Path, *, connections: int, redis: bool, node: bool = False
) -> Iterator[BenchCluster]:
    """Start a cluster with the CRDs, policies and roles installed and the load's namespaces created.

    With `redis` there is a Redis server beside it, with `node` pods can run in it.

    The logs are kept for whoever looks into an error when the block ends with one.

    Raises LocalClusterError when the cluster does not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"myapp-bench-{name}-"))
    with ExitStack() as stack:
        cluster = stack.enter_context(LocalCluster.start(ClusterOptions(name=f"bench-{name}", node=node)))
        server = stack.enter_context(RedisServer()) if redis else None
        if node:
            let_operator_in(cluster)
        install(cluster)
        for namespace in NAMESPACES:
            cluster.kubectl("create", "namespace", namespace)
        load = LoadGenerator(loadgen, cluster.kubeconfig("admin"), folder, connections=connections)
        yield BenchCluster(cluster, load, folder, server)
    shutil.rmtree(folder)
