"""Where a command gets its cluster: from the flags that it was given, unless the caller of the plug-in brought one."""

from typing import cast

import click

from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.given_flags import given_flags
from myapp.cli.todo.kubectl import Kubectl
from myapp.cli.todo.kubectl_cluster import KubectlCluster
from myapp.cli.todo.kubectl_workflows import KubectlWorkflows
from myapp.cli.todo.workflows import Workflows


def cluster_of(context: click.Context) -> Cluster:
    """The cluster of this call. `context.obj` is set by tests only, which have no kubectl."""
    if context.obj is not None:
        return cast("Cluster", context.obj)
    return KubectlCluster(Kubectl(given_flags(context)))


def workflows_of(context: click.Context) -> Workflows:
    """The workflows of the same cluster."""
    if context.obj is not None:
        return cast("Workflows", context.obj.workflows)
    return KubectlWorkflows(Kubectl(given_flags(context)))
