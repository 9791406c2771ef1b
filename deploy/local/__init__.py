"""A real Kubernetes control plane on this machine, for tests, the demo and benchmarks.

Whoever uses it imports from here; `python -m deploy.local` is the same for the command line. There is no node: objects
are stored, authorised, validated and garbage-collected as in any cluster, but no pod runs.
"""

from deploy.local.access import ClusterAccess
from deploy.local.cluster import ClusterOptions, LocalCluster
from deploy.local.errors import LocalClusterError
from deploy.local.existing_cluster import ExistingCluster
from deploy.local.installation import install
from deploy.local.kubectl import CompletedKubectl, KubectlError

__all__ = [
    "ClusterAccess",
    "ClusterOptions",
    "CompletedKubectl",
    "ExistingCluster",
    "KubectlError",
    "LocalCluster",
    "LocalClusterError",
    "install",
]
