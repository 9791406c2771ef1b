"""One release on a real node, hooks and waiting included, as an administrator handles it."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from deploy.chart.helm import CHART, CompletedHelm, run_helm
from deploy.local import LocalCluster
from tests.api_server import JsonObject

WAIT = ("--wait", "--timeout=5m")
PATIENCE = 330.0


class NodeRelease:
    """Each step returns when Helm says that everything is ready, or raises HelmError."""

    def __init__(self, cluster: LocalCluster, name: str, namespace: str) -> None:
        self.cluster = cluster
        self.name = name
        self.namespace = namespace

    def install(self, values: Mapping[str, Any], *arguments: str) -> CompletedHelm:
        """`helm install --wait`."""
        return self._helm("install", self.name, str(CHART), *WAIT, *arguments, values=values)

    def upgrade(self, values: Mapping[str, Any]) -> CompletedHelm:
        """`helm upgrade --wait`."""
        return self._helm("upgrade", self.name, str(CHART), *WAIT, values=values)

    def rollback(self, revision: int) -> CompletedHelm:
        """`helm rollback --wait`."""
        return self._helm("rollback", self.name, str(revision), *WAIT)

    def uninstall(self) -> CompletedHelm:
        """`helm uninstall --wait`."""
        return self._helm("uninstall", self.name, *WAIT)

    def test(self) -> CompletedHelm:
        """`helm test --logs`."""
        return self._helm("test", self.name, "--logs", "--timeout=3m")

    def run_what_the_notes_say(self, installed: CompletedHelm) -> str:
        """Each command beneath "Next:", as it stands there; what they print. Raises HelmError, KubectlError."""
        told = installed.stdout.partition("\nNext:\n")[2].partition("\n\n")[0].splitlines()
        commands = [shlex.split(line) for line in told]
        assert [command[0] for command in commands] == ["kubectl", "helm", "kubectl"], told
        return "".join(
            self.cluster.kubectl(*arguments, timeout=PATIENCE).stdout
            if program == "kubectl"
            else run_helm(*arguments, kubeconfig=self.cluster.kubeconfig(), timeout=PATIENCE).stdout
            for program, *arguments in commands
        )

    def objects(self, kinds: str) -> list[JsonObject]:
        """What is in the release's namespace."""
        listed = self.cluster.kubectl("get", kinds, "-n", self.namespace, "-o", "json").stdout
        found: list[JsonObject] = json.loads(listed)["items"]
        return found

    def wait_until_no_pods(self) -> None:
        """Helm does not wait for the end of pods. Raises KubectlError."""
        self.cluster.kubectl("wait", "--for=delete", "pods", "--all", "-n", self.namespace, "--timeout=90s")

    def logs(self) -> str:
        """What all pods of the operator said."""
        return self.cluster.kubectl(
            *("logs", "-n", self.namespace, "--selector=app.kubernetes.io/component=operator"),
            *("--all-containers", "--tail=-1", "--prefix"),
        ).stdout

    def _helm(self, *arguments: str, values: Mapping[str, Any] | None = None) -> CompletedHelm:
        return run_helm(
            *arguments,
            f"--namespace={self.namespace}",
            values=values,
            kubeconfig=self.cluster.kubeconfig(),
            timeout=PATIENCE,
        )
