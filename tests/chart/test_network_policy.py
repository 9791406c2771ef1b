"""One switch limits the traffic to what is needed."""

import pytest

from tests.api_server import JsonObject
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS

DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
API_SERVER = {"ports": [{"port": 443, "protocol": "TCP"}, {"port": 6443, "protocol": "TCP"}]}


def egress(values: JsonObject) -> list[JsonObject]:
    """Where the operator may connect to."""
    rules: list[JsonObject] = rendered(values).one("NetworkPolicy", "myapp")["spec"]["egress"]
    return rules


def test_d8_off_by_default(default_release: Rendered) -> None:
    """The ports of the API server are not known to the chart, and a wrong guess would stop the operator."""
    assert not default_release.all("NetworkPolicy")


def test_d8_dns_and_the_api_server_out_and_metrics_in() -> None:
    """Nothing else, for the pods of the hook and the test too."""
    spec = rendered({"networkPolicy": {"enabled": True}}).one("NetworkPolicy")["spec"]

    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]
    assert spec["egress"] == [DNS, API_SERVER]
    assert spec["podSelector"] == {
        "matchLabels": {"app.kubernetes.io/name": "myapp", "app.kubernetes.io/instance": "myapp"},
        "matchExpressions": [
            {"key": "app.kubernetes.io/component", "operator": "In", "values": ["operator", "crds", "test"]}
        ],
    }


def test_d8_everything_named() -> None:
    """CIDRs and ports of the API server, who scrapes, and further rules."""
    values = VALUE_SETS["locked-down"]
    spec = rendered(values).one("NetworkPolicy")["spec"]

    assert spec["ingress"][0]["from"] == values["networkPolicy"]["metricsFrom"]
    assert spec["egress"] == [
        DNS,
        {
            "ports": [{"port": 6443, "protocol": "TCP"}],
            "to": [{"ipBlock": {"cidr": "10.0.0.1/32"}}, {"ipBlock": {"cidr": "fd00::1/128"}}],
        },
        *values["networkPolicy"]["extraEgress"],
    ]


def test_d8_the_bundled_server_is_reached_by_the_operator_alone() -> None:
    """And connects to nobody."""
    release = rendered(VALUE_SETS["redis-bundled"])
    spec = release.one("NetworkPolicy", "myapp-redis")["spec"]
    operator = release.one("Deployment")["spec"]["selector"]["matchLabels"]
    server = release.one("StatefulSet")["spec"]["selector"]["matchLabels"]

    assert spec["podSelector"] == {"matchLabels": server}
    assert spec["ingress"] == [
        {"ports": [{"port": "redis", "protocol": "TCP"}], "from": [{"podSelector": {"matchLabels": operator}}]}
    ]
    assert (spec["policyTypes"], spec["egress"]) == (["Ingress", "Egress"], [])
    assert egress(VALUE_SETS["redis-bundled"])[2:] == [
        {"ports": [{"port": 6379, "protocol": "TCP"}], "to": [{"podSelector": {"matchLabels": server}}]}
    ]


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("redis://cache", 6379),
        ("redis://cache:6380", 6380),
        ("rediss://cache.example.com:6381/2", 6381),
        ("redis://[fd00::1]/0", 6379),
        ("redis://[fd00::1]:6382/0", 6382),
    ],
)
def test_d8_the_port_of_an_external_server(url: str, port: int) -> None:
    """As its URL says."""
    values = {"networkPolicy": {"enabled": True}, "redis": {"mode": "external", "external": {"url": url}}}

    assert egress(values)[2:] == [{"ports": [{"port": port, "protocol": "TCP"}]}]
