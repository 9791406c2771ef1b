"""Releases in a real control plane without a node: everything but the pods' containers, hence no hooks."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.chart.helm import CHART, CompletedHelm, run_helm
from deploy.local import LocalCluster
from deploy.local.policy_canary import wait_until_policies_act
from tests.api_server import JsonObject
from tests.chart.rendering import Rendered

Values = Mapping[str, Any]


class Releases:
    """Installs, changes and uninstalls; remembers what is installed."""

    def __init__(self, cluster: LocalCluster) -> None:
        self._cluster = cluster
        self._installed: list[tuple[str, str]] = []

    def install(self, name: str, namespace: str, values: Values, *arguments: str, check: bool = True) -> CompletedHelm:
        """`helm install`; returns when its policies are in force."""
        completed = self._helm("install", name, str(CHART), namespace, *arguments, values=values, check=check)
        if completed.returncode == 0:
            self._installed.append((name, namespace))
            wait_until_policies_act(self._cluster)
        return completed

    def upgrade(self, name: str, namespace: str, values: Values) -> None:
        """`helm upgrade`."""
        self._helm("upgrade", name, str(CHART), namespace, values=values)

    def rollback(self, name: str, namespace: str, revision: int) -> None:
        """`helm rollback`."""
        self._helm("rollback", name, str(revision), namespace)

    def uninstall(self, name: str, namespace: str) -> None:
        """`helm uninstall`."""
        run_helm("uninstall", name, f"--namespace={namespace}", "--no-hooks", kubeconfig=self._cluster.kubeconfig())
        self._installed.remove((name, namespace))

    def uninstall_all(self) -> None:
        """Whatever is still there."""
        for name, namespace in list(self._installed):
            self.uninstall(name, namespace)

    def status(self, name: str, namespace: str) -> tuple[str, int]:
        """Helm's word for the state, and the revision."""
        completed = run_helm(
            "status", name, f"--namespace={namespace}", "--output=json", kubeconfig=self._cluster.kubeconfig()
        )
        told = json.loads(completed.stdout)
        return told["info"]["status"], told["version"]

    def _helm(
        self,
        verb: str,
        name: str,
        what: str,
        namespace: str,
        *arguments: str,
        values: Values | None = None,
        check: bool = True,
    ) -> CompletedHelm:
        # Without a node no pod becomes ready and no hook ends.
        return run_helm(
            *(verb, name, what, f"--namespace={namespace}", "--no-hooks", "--wait=hookOnly", *arguments),
            values=values,
            kubeconfig=self._cluster.kubeconfig(),
            check=check,
        )


def objects(cluster: LocalCluster, kinds: str, namespace: str) -> list[JsonObject]:
    """What is in a namespace."""
    found: list[JsonObject] = json.loads(cluster.kubectl("get", kinds, "-n", namespace, "-o", "json").stdout)["items"]
    return found


def kubeconfig_of(cluster: LocalCluster, namespace: str, account: str, folder: Path) -> Path:
    """A kubeconfig with a token of the service account, as a pod has it."""
    token = cluster.kubectl("create", "token", account, "-n", namespace, "--duration=1h").stdout.strip()
    config = yaml.safe_load(cluster.kubeconfig().read_text(encoding="utf-8"))
    assert base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"])
    config["users"][0]["user"] = {"token": token}
    path = folder / f"{account}.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def settings_of(release: Rendered, namespace: str, folder: Path) -> dict[str, str]:
    """The variables that the release gives its operator, as a pod in that namespace has them; the policies that are
    mounted into it are written to a folder in this one."""
    of_the_pod = {"metadata.namespace": namespace, "metadata.name": "some-pod"}
    settings = {
        name: entry["value"] if "value" in entry else of_the_pod[entry["valueFrom"]["fieldRef"]["fieldPath"]]
        for name, entry in release.environment.items()
    }
    return settings | {"MYAPP_POLICIES": str(mounted_policies(release, folder))}


def mounted_policies(release: Rendered, folder: Path) -> Path:
    """The folder, inside of this one, with what the release mounts into its pods."""
    (volume,) = (each for each in release.pod["volumes"] if each["name"] == "policies")
    mounted = folder / "policies"
    mounted.mkdir()
    for name, content in release.one("ConfigMap", volume["configMap"]["name"])["data"].items():
        (mounted / name).write_text(content, encoding="utf-8")
    return mounted
