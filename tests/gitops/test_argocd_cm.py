"""The settings for Argo CD, applied as their head says, on a real API server."""

import pytest

from deploy.argocd.render import TARGET, scripts
from deploy.local import LocalCluster

pytestmark = pytest.mark.cluster


def test_the_settings_of_others_stay(cluster: LocalCluster) -> None:
    """Server-side apply adds our keys to the ConfigMap that is there, and a second time changes nothing."""
    cluster.kubectl("create", "namespace", "argocd")
    try:
        cluster.kubectl("create", "configmap", "argocd-cm", "-n", "argocd", "--from-literal=url=https://argo.example")
        apply = ("apply", "--server-side", "--field-manager=myapp", f"--filename={TARGET}")
        cluster.kubectl(*apply)
        version = _get(cluster, "jsonpath={.metadata.resourceVersion}")
        cluster.kubectl(*apply)
        assert _get(cluster, "jsonpath={.metadata.resourceVersion}") == version
        assert (
            _get(cluster, "go-template={{len .data}} {{.data.url}}") == f"{2 * len(scripts()) + 1} https://argo.example"
        )
    finally:
        cluster.kubectl("delete", "namespace", "argocd", "--wait=false")


def _get(cluster: LocalCluster, output: str) -> str:
    return cluster.kubectl("get", "configmap", "argocd-cm", "-n", "argocd", "-o", output).stdout
