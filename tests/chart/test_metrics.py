"""What Prometheus and Grafana are given, and only when they are asked for."""

import json

import yaml

from deploy.local.layout import PROJECT_ROOT
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS

OBSERVABILITY = PROJECT_ROOT / "deploy" / "observability"


def test_d10_only_a_service_by_default(default_release: Rendered) -> None:
    """Objects of the Prometheus operator are refused where it is not installed."""
    assert default_release.kinds() & {"ServiceMonitor", "PodMonitor", "PrometheusRule"} == set()
    service = default_release.one("Service")["spec"]
    assert service["clusterIP"] == "None"
    assert service["ports"] == [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}]


def test_d10_monitors_find_the_metrics() -> None:
    """By labels that the Service and the pods have, at a port that they name; with the labels Prometheus looks for."""
    release = rendered(VALUE_SETS["monitored"])
    monitor, pods = release.one("ServiceMonitor"), release.one("PodMonitor")

    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    wanted = monitor["spec"]["selector"]["matchLabels"]
    assert wanted.items() <= release.one("Service")["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "30s"}]
    template = release.one("Deployment")["spec"]["template"]
    assert pods["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    assert pods["spec"]["podMetricsEndpoints"] == [{"port": "http", "path": "/metrics", "interval": "30s"}]


def test_d10_the_rules_are_those_of_the_repository() -> None:
    """Nothing in them is taken for a template of Helm."""
    rule = rendered({"metrics": {"rules": {"enabled": True, "labels": {"release": "prometheus"}}}}).one(
        "PrometheusRule"
    )

    assert rule["spec"] == yaml.safe_load((OBSERVABILITY / "alerts.yaml").read_text(encoding="utf-8"))
    assert rule["metadata"]["labels"]["release"] == "prometheus"


def test_d10_the_dashboard_is_that_of_the_repository() -> None:
    """In a ConfigMap that Grafana's sidecar finds."""
    dashboard = rendered({"metrics": {"dashboard": {"enabled": True}}}).one("ConfigMap", "myapp-dashboard")

    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = dashboard["data"].values()
    assert json.loads(text) == json.loads((OBSERVABILITY / "dashboard.json").read_text(encoding="utf-8"))
