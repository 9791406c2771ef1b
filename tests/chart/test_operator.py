"""The Deployment of the operator: replicas, election, probes, placement, image."""

from datetime import timedelta
from typing import Any

import pytest

from deploy.local.layout import POLICIES
from myapp import __version__
from myapp.infrastructure.settings import Settings, unknown_variables
from tests.api_server import JsonObject
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import DIGEST, VALUE_SETS

NOT_OF_THE_CHART = {
    "context": "a pod has no kubeconfig",
    "http_host": "the kubelet and Prometheus come from outside of the pod",
    "http_port": "8080 is free in a pod of one container",
}
"""Settings that the chart leaves at their defaults, and why."""

POD_FIELDS = {"metadata.name": "myapp-5d4f-x7", "metadata.namespace": "myapp-system"}


def loaded(release: Rendered, monkeypatch: pytest.MonkeyPatch, *secrets: tuple[str, str]) -> Settings:
    """The operator's own reading of the variables that the chart gives it. A mounted file is replaced by this one."""
    for name in unknown_variables():
        monkeypatch.delenv(name, raising=False)
    for field in Settings.model_fields:
        monkeypatch.delenv(f"MYAPP_{field.upper()}", raising=False)
    for name, entry in release.environment.items():
        monkeypatch.setenv(name, value_of(entry, dict(secrets)))
    assert unknown_variables() == []
    return Settings.load()


def value_of(entry: JsonObject, secrets: dict[str, str]) -> str:
    """What the kubelet makes of an entry."""
    if "value" in entry:
        if entry["value"] == "/etc/myapp/policies":
            return str(POLICIES)
        mounted = entry["value"].startswith("/etc/myapp/")
        return __file__ if mounted else str(entry["value"])
    source = entry["valueFrom"]
    if "fieldRef" in source:
        return POD_FIELDS[source["fieldRef"]["fieldPath"]]
    return secrets[source["secretKeyRef"]["key"]]


def test_d7_two_replicas_that_elect_a_leader(default_release: Rendered) -> None:
    """One works, the other stands by; an upgrade starts the new pod before it ends an old one."""
    spec = default_release.one("Deployment")["spec"]

    assert spec["replicas"] == 2
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    assert default_release.environment["MYAPP_LEADER_ELECTION"] == {"value": "true"}
    assert default_release.one("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_d7_without_election_no_two_pods_ever_overlap() -> None:
    """One pod, which ends before the next begins; no Lease and no rights to it."""
    release = rendered(VALUE_SETS["no-leader-election"])

    assert release.one("Deployment")["spec"]["strategy"] == {"type": "Recreate"}
    assert release.environment["MYAPP_LEADER_ELECTION"] == {"value": "false"}
    assert not [name for name in release.environment if name.startswith("MYAPP_LEASE")]
    assert {role["metadata"]["name"] for role in release.all("Role")} <= {"myapp-test", "myapp-guard"}


@pytest.mark.parametrize(("replicas", "budgets"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_d7_a_budget_only_where_a_pod_can_be_spared(replicas: int, budgets: int) -> None:
    """A budget for a single pod would block the drain of its node for ever."""
    assert len(rendered({"replicaCount": replicas}).all("PodDisruptionBudget")) == budgets


def test_d7_pods_are_spread(default_release: Rendered) -> None:
    """Over nodes and zones, as far as there are any; by the labels of the operator's pods."""
    labels = default_release.one("Deployment")["spec"]["template"]["metadata"]["labels"]
    constraints = default_release.pod["topologySpreadConstraints"]

    assert [constraint["topologyKey"] for constraint in constraints] == [
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    ]
    for constraint in constraints:
        assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"
        assert constraint["labelSelector"]["matchLabels"].items() <= labels.items()


def test_d11_probes(default_release: Rendered) -> None:
    """Liveness asks the event loop only and is patient; readiness asks whether everything was seen."""
    container = default_release.container
    (port,) = container["ports"]

    assert (port["name"], port["containerPort"]) == ("http", Settings.model_fields["http_port"].default)
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert container["livenessProbe"]["periodSeconds"] * container["livenessProbe"]["failureThreshold"] >= 60


@pytest.mark.parametrize(
    ("image", "reference"),
    [
        ({}, f"myapp:{__version__}"),
        ({"tag": "1.2.3"}, "myapp:1.2.3"),
        ({"repository": "r.example.com:5000/x", "digest": DIGEST, "tag": "1.2.3"}, f"r.example.com:5000/x@{DIGEST}"),
    ],
)
def test_d11_image_by_tag_or_digest(image: JsonObject, reference: str) -> None:
    """The operator, the hook and the test run one image; a digest wins, else the tag, by default the app's version."""
    release = rendered({"image": image})

    images = {each["image"] for template in release.pod_templates().values() for each in template["spec"]["containers"]}
    assert images == {reference}


def test_the_operator_loads_what_the_chart_gives_it(release: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    """For every set of values, by the operator's own reading; nothing is unknown to it."""
    settings = loaded(release, monkeypatch, ("url", "rediss://from-secret:6379/0"), ("user", "todos"))

    assert settings.leader_election is (release.environment["MYAPP_LEADER_ELECTION"]["value"] == "true")
    if settings.leader_election:
        assert settings.lease_namespace == "myapp-system"
        assert settings.identity == "myapp-5d4f-x7"
        assert settings.lease_name == release.one("Deployment")["metadata"]["name"]


def test_every_setting_of_the_operator_can_be_set(default_release: Rendered) -> None:
    """A setting that is added to the operator gets a value here, or a reason above."""
    given = {name for values in VALUE_SETS.values() for name in rendered(values).environment}
    missing = {field for field in Settings.model_fields if f"MYAPP_{field.upper()}" not in given}

    assert missing == set(NOT_OF_THE_CHART)
    assert default_release.container["args"] == ["run"]


def test_the_defaults_of_the_chart_are_those_of_the_operator(
    default_release: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a local run and a release behave the same; only what makes a release of several pods differs, and where
    the guard finds the policies and keeps its record."""
    settings = loaded(default_release, monkeypatch)
    differing = {
        name
        for name, field in Settings.model_fields.items()
        if getattr(settings, name) != field.get_default(call_default_factory=True)
    }

    assert differing == {"leader_election", "lease_namespace", "identity", "policies", "guard_namespace"}


def test_numbers_and_durations_arrive_as_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million is not 1e+06."""
    settings = loaded(rendered(VALUE_SETS["tuned"]), monkeypatch)

    assert (settings.recent_todos, settings.workers, settings.log_level) == (1_000_000, 8, "DEBUG")
    assert settings.request_timeout == timedelta(seconds=2.5)


def test_namespaces_reach_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """The namespaces in which the chart makes Roles are those that the operator watches."""
    release = rendered(VALUE_SETS["namespaced"])

    assert loaded(release, monkeypatch).namespaces == ("team-a", "team-b")


def test_d5_every_knob_of_placement_reaches_the_pods() -> None:
    """What says where pods run holds for all pods of the chart; what is about one Deployment for that alone."""
    values: dict[str, Any] = VALUE_SETS["placed"]
    release = rendered(values)

    for maker, template in release.pod_templates().items():
        for field in ("nodeSelector", "tolerations", "imagePullSecrets"):
            assert template["spec"][field] == values[field], maker
    for field in ("affinity", "priorityClassName", "dnsPolicy", "dnsConfig"):
        assert release.pod[field] == values[field]
    assert "topologySpreadConstraints" not in release.pod


def test_d5_host_users_and_runtime_class_of_all_pods() -> None:
    """False is said, and null is not."""
    release = rendered({"hostUsers": False, "runtimeClassName": "gvisor", "redis": {"mode": "bundled"}})

    for template in release.pod_templates().values():
        assert template["spec"]["hostUsers"] is False
        assert template["spec"]["runtimeClassName"] == "gvisor"
    assert "hostUsers" not in rendered().pod


def test_extensions_are_added_and_nothing_is_lost() -> None:
    """Labels that selectors rely on cannot be overridden."""
    taken = {"app.kubernetes.io/name": "stolen", "app.kubernetes.io/component": "stolen"}
    release = rendered({**VALUE_SETS["extended"], "podLabels": {"sidecar": "off", **taken}, "commonLabels": taken})
    template = release.one("Deployment")["spec"]["template"]

    assert template["metadata"]["labels"]["sidecar"] == "off"
    assert template["metadata"]["labels"]["app.kubernetes.io/name"] == "myapp"
    assert template["metadata"]["labels"]["app.kubernetes.io/component"] == "operator"
    assert template["metadata"]["annotations"].keys() == {"checked", "todo.myapp.dev/deciding-accounts"}
    assert release.one("Deployment")["metadata"]["annotations"] == {"reloader": "on"}
    assert release.environment["HTTPS_PROXY"] == {"value": "http://proxy:3128"}
    assert {mount["name"] for mount in release.container["volumeMounts"]} == {"tmp", "policies", "more"}
    assert template["spec"]["securityContext"] == {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
        "fsGroup": 2000,
    }
    assert release.one("ServiceAccount", "todos")["metadata"]["annotations"] == {"cloud": "role"}


def test_the_pod_ends_after_the_operator(default_release: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kubelet does not kill what still finishes its work."""
    drain = loaded(default_release, monkeypatch).drain_timeout

    assert default_release.pod["terminationGracePeriodSeconds"] > drain.total_seconds() + 5


@pytest.mark.parametrize(
    ("release", "values", "name"),
    [
        ("myapp", {}, "myapp"),
        ("todos", {}, "todos-myapp"),
        ("myapp-eu", {}, "myapp-eu"),
        ("todos", {"nameOverride": "op"}, "todos-op"),
        ("todos", {"fullnameOverride": "it"}, "it"),
        ("r" * 53, {}, "r" * 46),
    ],
)
def test_names_come_from_the_release(release: str, values: JsonObject, name: str) -> None:
    """As everywhere in Helm: the chart's name is not repeated, and long names are cut."""
    objects = rendered({**values, "redis": {"mode": "bundled"}}, release=release)

    assert objects.one("Deployment")["metadata"]["name"] == name
    assert objects.one("StatefulSet")["metadata"]["name"] == f"{name}-redis"
