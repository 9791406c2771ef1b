"""What a real API server says to every object that the chart renders: strictly validated, in restricted namespaces."""

import json

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.chart.rendering import rendered
from tests.chart.value_sets import PEOPLES_NAMESPACES, VALUE_SETS

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("chart-cluster")]

FOREIGN_GROUP = "monitoring.coreos.com/v1"
"""Kinds of the Prometheus operator, which no API server has by itself."""


@pytest.fixture(scope="module")
def cluster_with_namespaces(bare_cluster: LocalCluster) -> LocalCluster:
    """The bare cluster, with the namespaces that the value sets name."""
    for name in PEOPLES_NAMESPACES:
        bare_cluster.kubectl("create", "namespace", name)
        bare_cluster.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
    return bare_cluster


def as_pod(maker: str, template: JsonObject) -> JsonObject:
    """A pod of the template, under the account that every namespace has: the real one is not there yet."""
    name = maker.lower().replace("/", "-")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**template["metadata"], "name": f"pod-of-{name}", "namespace": "myapp-system"},
        "spec": {"restartPolicy": "Always", **template["spec"], "serviceAccountName": "default"},
    }


@pytest.mark.parametrize("name", VALUE_SETS)
def test_d3_d4_every_object_and_every_pod_is_accepted(cluster_with_namespaces: LocalCluster, name: str) -> None:
    """By server-side dry run. Unknown fields are refused, and so is a pod that is not restricted."""
    release = rendered(VALUE_SETS[name])
    sent = [each for each in release.objects if each["apiVersion"] != FOREIGN_GROUP and each["kind"] != "Pod"]
    sent += [as_pod(maker, template) for maker, template in release.pod_templates().items()]
    foreign = release.kinds() - {each["kind"] for each in sent}

    applied = cluster_with_namespaces.kubectl(
        *("apply", "--server-side", "--dry-run=server", "--validate=strict", "--output=name", "--filename=-"),
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": sent}),
        check=False,
    )

    assert applied.returncode == 0, applied.stderr
    assert "PodSecurity" not in applied.stderr
    assert len(applied.stdout.splitlines()) == len(sent)
    assert foreign <= {"ServiceMonitor", "PodMonitor", "PrometheusRule"}


def test_d4_a_pod_that_is_not_restricted_would_be_refused(cluster_with_namespaces: LocalCluster) -> None:
    """So the acceptance above means something."""
    pod = as_pod("x/y", rendered().one("Deployment")["spec"]["template"])
    pod["spec"]["securityContext"] = {}

    applied = cluster_with_namespaces.kubectl(
        "apply", "--server-side", "--dry-run=server", "--filename=-", stdin=json.dumps(pod), check=False
    )

    assert "violates PodSecurity" in applied.stderr
