"""The webhook's address, token and authority reach the operator as files of a Secret, and nothing else does."""

from myapp.infrastructure.settings import Settings
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS


def environment(release: Rendered) -> dict[str, str]:
    """The operator's variables that have a value."""
    container = release.one("Deployment")["spec"]["template"]["spec"]["containers"][0]
    return {entry["name"]: entry["value"] for entry in container["env"] if "value" in entry}


def test_without_a_secret_there_is_nothing_of_it(default_release: Rendered) -> None:
    """No variable, no volume."""
    pod = default_release.one("Deployment")["spec"]["template"]["spec"]

    assert not any("WEBHOOK" in name for name in environment(default_release))
    assert not any("webhook" in volume["name"] for volume in pod["volumes"])


def test_the_secret_is_mounted_whole_so_that_changes_reach_the_operator() -> None:
    """A single file would be mounted once and for all (subPath)."""
    release = rendered(VALUE_SETS["webhook"])
    pod = release.one("Deployment")["spec"]["template"]["spec"]
    volume = next(volume for volume in pod["volumes"] if volume["name"] == "webhook")
    mount = next(mount for mount in pod["containers"][0]["volumeMounts"] if mount["name"] == "webhook")

    assert volume["secret"] == {
        "secretName": "webhook",
        "items": [
            {"key": "address", "path": "url"},
            {"key": "bearer", "path": "token"},
            {"key": "authority.pem", "path": "ca.crt"},
        ],
    }
    assert mount == {"name": "webhook", "mountPath": "/etc/myapp/webhook", "readOnly": True}
    variables = {name: value for name, value in environment(release).items() if "WEBHOOK" in name or "CLUSTER" in name}
    assert variables == {
        "MYAPP_WEBHOOK_URL_FILE": "/etc/myapp/webhook/url",
        "MYAPP_WEBHOOK_TOKEN_FILE": "/etc/myapp/webhook/token",
        "MYAPP_WEBHOOK_CA_FILE": "/etc/myapp/webhook/ca.crt",
        "MYAPP_CLUSTER_NAME": "prod-eu",
    }
    assert {name.removeprefix("MYAPP_").lower() for name in variables} <= set(Settings.model_fields)


def test_a_url_alone_is_enough() -> None:
    """Token and authority are keys that a Secret need not have."""
    release = rendered({"notifications": {"existingSecret": "webhook"}})
    volumes = release.one("Deployment")["spec"]["template"]["spec"]["volumes"]
    (volume,) = (volume for volume in volumes if volume["name"] == "webhook")

    assert volume["secret"]["items"] == [{"key": "url", "path": "url"}]
    assert {name for name in environment(release) if "WEBHOOK" in name} == {"MYAPP_WEBHOOK_URL_FILE"}


def test_the_network_policy_lets_it_out_by_its_ports() -> None:
    """443 unless others are named; not at all without a webhook."""
    locked = {"networkPolicy": {"enabled": True}}
    webhook = {"notifications": {"existingSecret": "webhook"}}

    rules = rendered(VALUE_SETS["webhook"]).one("NetworkPolicy")["spec"]["egress"]
    assert rules[2:] == [{"ports": [{"port": 443, "protocol": "TCP"}, {"port": 8443, "protocol": "TCP"}]}]
    assert rendered({**locked, **webhook}).one("NetworkPolicy")["spec"]["egress"][2:] == [
        {"ports": [{"port": 443, "protocol": "TCP"}]}
    ]
    assert len(rendered(locked).one("NetworkPolicy")["spec"]["egress"]) == 2
