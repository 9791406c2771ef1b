"""A real Kubernetes on this machine, for tests, the demo and benchmarks.

Whoever uses it imports from here; `python -m deploy.local` is the same for the command line. Without a node objects are
stored, authorised, validated and garbage-collected as in any cluster, but no pod runs; `ClusterOptions(node=True)` adds
one. Images for it are built by `provide_buildah()`, charts installed by `helm_binary()`.
"""

from deploy.local.access import ClusterAccess
from deploy.local.cluster import ClusterOptions, LocalCluster
from deploy.local.errors import ImageError, LocalClusterError, NodeError
from deploy.local.existing_cluster import ExistingCluster
from deploy.local.installation import install
from deploy.local.kubectl import CompletedKubectl, KubectlError
from deploy.local.node.buildah import Buildah, provide_buildah
from deploy.local.node.local_node import LocalNode
from deploy.local.operator_outside import let_operator_in
from deploy.local.tools import helm_binary

__all__ = [
    "Buildah",
    "ClusterAccess",
    "ClusterOptions",
    "CompletedKubectl",
    "ExistingCluster",
    "ImageError",
    "KubectlError",
    "LocalCluster",
    "LocalClusterError",
    "LocalNode",
    "NodeError",
    "helm_binary",
    "install",
    "let_operator_in",
    "provide_buildah",
]
