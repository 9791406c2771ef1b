"""The operator as platform engineers get it: its image built, the chart installed by Helm, two replicas in pods.

It ends with its cluster, so there is nothing to stop and nothing to keep.
"""

import json
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console

from deploy.chart.helm import CHART, run_helm
from deploy.chart.images import chart_images
from deploy.demo.errors import DemoError
from deploy.demo.release import NAMESPACE
from deploy.image import build_operator_image, build_valkey_image
from deploy.local import KubectlError, LocalCluster
from deploy.local.identities import OPERATOR

RELEASE = "myapp"
VALUES = {"redis": {"mode": "bundled"}, "automation": {"namespaces": [NAMESPACE]}}
_SHOWN_VALUES = f"--set redis.mode=bundled --set automation.namespaces={{{NAMESPACE}}}"
_COMPONENT = "--selector=app.kubernetes.io/component=operator"
_INSTALLED_WITHIN = 300
_LOG_LINES = 25


class OperatorRelease:
    """A Helm release on the cluster's node."""

    def __init__(self, cluster: LocalCluster, report: Callable[[str], None]) -> None:
        """Build and load the images, and install the chart with Redis; the release's namespace exists already.

        Raises LocalClusterError when an image cannot be built, or Helm gives up.
        """
        self._cluster = cluster
        operator, redis = chart_images(VALUES)
        console = Console(stderr=True)
        report(f"building the image {operator} (once; Debian's packages and the locked wheels)")
        archives = [build_operator_image(operator, console), build_valkey_image(redis, console)]
        report("loading the images into the node")
        for archive in archives:
            cluster.node.load(archive)
        report(f"helm install {RELEASE} . --namespace {OPERATOR.namespace} {_SHOWN_VALUES} --wait")
        run_helm(
            *("install", RELEASE, str(CHART), f"--namespace={OPERATOR.namespace}", "--create-namespace"),
            *("--wait", f"--timeout={_INSTALLED_WITHIN}s"),
            values=VALUES,
            kubeconfig=cluster.kubeconfig(),
            timeout=_INSTALLED_WITHIN + 30.0,
        )

    def wait_until_ready(self) -> None:
        """Helm has waited; what is left is to prove it with a real Todo."""
        run_helm(
            *("test", RELEASE, f"--namespace={OPERATOR.namespace}", "--timeout=180s"),
            kubeconfig=self._cluster.kubeconfig(),
            timeout=210.0,
        )

    def check(self) -> None:
        """Raises DemoError when no replica is ready."""
        arguments = ("get", "deployments", "-n", OPERATOR.namespace, _COMPONENT, "-o", "json")
        deployments = json.loads(self._cluster.kubectl(*arguments).stdout)["items"]
        if not any(deployment["status"].get("readyReplicas") for deployment in deployments):
            raise DemoError("no replica of the operator is ready", self.end_of_log())

    def keep(self) -> None:
        """It runs for as long as its cluster."""

    def end_of_log(self) -> str:
        """The last lines of each replica."""
        try:
            return self._cluster.kubectl(
                *("logs", "-n", OPERATOR.namespace, _COMPONENT, f"--tail={_LOG_LINES}", "--prefix")
            ).stdout
        except KubectlError as error:
            return str(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to stop."""
