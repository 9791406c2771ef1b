"""values.yaml, its schema and its description: they fit each other, and wrong values are told by name."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploy.chart.documents import SCHEMA, SchemaGapError, described_documents
from deploy.chart.helm import HelmError
from deploy.chart.manifests import all_manifests
from deploy.chart.values import UndescribedValueError, Value, read_values
from deploy.local.layout import PROJECT_ROOT
from tests.chart.changes import CHANGES, EXTERNAL, Values
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS


def changed(path: tuple[str, ...], value: object, beside: Values) -> Values:
    """`beside` with one value more."""
    if len(path) == 1:
        return {**beside, path[0]: value}
    return {**beside, path[0]: changed(path[1:], value, beside.get(path[0], {}))}


def without_passwords(release: Rendered) -> list[Any]:
    """The objects, but for the password that is random each time."""
    return [{**each, "data": None} if each["kind"] == "Secret" else each for each in release.objects]


def refusal(values: Values) -> str:
    """What Helm says to these values."""
    with pytest.raises(HelmError) as refused:
        rendered(values)
    return refused.value.stderr


def test_d2_generated_files_are_current() -> None:
    """The manifests for kubectl and kustomize, the table of the values and the schema; `make manifests` mends it."""
    stale = [
        str(path.relative_to(PROJECT_ROOT))
        for path, text in (described_documents() | all_manifests()).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]

    assert stale == []


def test_d2_every_value_is_in_the_list_of_changes() -> None:
    """A value that is added to the chart gets a line in tests/chart/changes.py, which proves that it does something."""
    assert [value.name for value in read_values()] == list(CHANGES)


@pytest.mark.parametrize("name", CHANGES)
def test_d2_no_value_is_unused(name: str) -> None:
    """Another value makes another release."""
    value, beside = CHANGES[name]

    before, after = rendered(beside), rendered(changed(tuple(name.split(".")), value, beside))

    assert without_passwords(before) != without_passwords(after)


@pytest.mark.parametrize(
    ("values", "place", "key"),
    [
        ({"replicas": 3}, "", "replicas"),
        ({"settings": {"worker": 3}}, "/settings", "worker"),
        ({"image": {"name": "myapp"}}, "/image", "name"),
        ({"redis": {"external": {"secretKeys": {"pass": "x"}}}}, "/redis/external/secretKeys", "pass"),
        ({"metrics": {"service": {"port": 1}}}, "/metrics/service", "port"),
        (
            {"policies": {"serviceAccounts": [{"namespace": "ci", "name": "x", "uid": "y"}]}},
            "/policies/serviceAccounts/0",
            "uid",
        ),
    ],
)
def test_d2_unknown_values_are_refused(values: Values, place: str, key: str) -> None:
    """The message names the key and where it was found."""
    assert f"at '{place}': additional properties '{key}' not allowed" in refusal(values)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"replicaCount": "two"}, "/replicaCount"),
        ({"replicaCount": -1}, "/replicaCount"),
        ({"watchNamespaces": ["Team A"]}, "/watchNamespaces/0"),
        ({"watchNamespaces": "team-a"}, "/watchNamespaces"),
        ({"image": {"digest": "sha256:123"}}, "/image/digest"),
        ({"image": {"pullPolicy": "Sometimes"}}, "/image/pullPolicy"),
        ({"settings": {"requestTimeout": "ten seconds"}}, "/settings/requestTimeout"),
        ({"settings": {"workers": 0}}, "/settings/workers"),
        ({"policies": {"install": "yes"}}, "/policies/install"),
        ({"policies": {"serviceAccounts": [{"name": "releaser"}]}}, "/policies/serviceAccounts/0"),
        ({"automation": {"namespaces": ["Shop"]}}, "/automation/namespaces/0"),
        ({"automation": {"everywhere": "yes"}}, "/automation/everywhere"),
        ({"redis": {"mode": "sentinel"}}, "/redis/mode"),
        ({"redis": {"external": {"url": "redis://user:pw@cache:6379"}}}, "/redis/external/url"),
        ({"redis": {"bundled": {"maxMemory": "lots"}}}, "/redis/bundled/maxMemory"),
        ({"networkPolicy": {"apiServerCIDRs": ["kubernetes"]}}, "/networkPolicy/apiServerCIDRs/0"),
        ({"extraEnv": [{"value": "x"}]}, "/extraEnv/0"),
        ({"notifications": {"secretKeys": {"url": ""}}}, "/notifications/secretKeys/url"),
        ({"notifications": {"clusterName": "prod eu"}}, "/notifications/clusterName"),
        ({"networkPolicy": {"webhookPorts": [0]}}, "/networkPolicy/webhookPorts/0"),
    ],
)
def test_d2_values_out_of_bounds_are_refused(values: Values, place: str) -> None:
    """The message names the place; a password in a URL is refused before it stands in a Deployment."""
    assert f"at '{place}'" in refusal(values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"leaderElection": {"enabled": False}}, "replicaCount: found 2 with leaderElection.enabled: false"),
        (
            {"automation": {"everywhere": True, "namespaces": ["shop"]}},
            "automation.everywhere: found true beside automation.namespaces; keep one",
        ),
        (
            {"automation": {"everywhere": True}, "watchNamespaces": ["shop"]},
            "automation.everywhere: found true with watchNamespaces; name namespaces of these in automation.namespaces",
        ),
        (
            {"automation": {"namespaces": ["kube-system"]}},
            "automation.namespaces: found kube-system; accounts of kube-system and of the release's namespace",
        ),
        (
            {"automation": {"namespaces": ["myapp-system"]}},
            "automation.namespaces: found myapp-system; accounts of kube-system and of the release's namespace",
        ),
        (
            {"automation": {"namespaces": ["shop"]}, "watchNamespaces": ["bank"]},
            "automation.namespaces: found shop, which is none of watchNamespaces",
        ),
        ({"redis": {"mode": "external"}}, "redis.external.url: is empty; redis.mode: external needs it"),
        (
            {"redis": {"mode": "external", "external": {"url": "rediss://a", "secretKeys": {"ca": "ca.crt"}}}},
            'redis.external.secretKeys.ca: found "ca.crt" without a Secret; set redis.external.existingSecret',
        ),
        (changed(("redis", "external", "secretKeys", "url"), "url", EXTERNAL), "both are set; keep one"),
        (
            {
                "redis": {
                    "mode": "external",
                    "external": {"url": "redis://a", "existingSecret": "b", "secretKeys": {"ca": "ca.crt"}},
                }
            },
            'redis.external.secretKeys.ca: found "ca.crt", and redis.external.url does not begin with rediss:',
        ),
        (
            {"notifications": {"secretKeys": {"token": "bearer"}}},
            'notifications.secretKeys.token: found "bearer" without a Secret; set notifications.existingSecret',
        ),
        (
            {"notifications": {"clusterName": "prod-eu"}},
            'notifications.clusterName: found "prod-eu" without a webhook, which alone is told',
        ),
        (
            {"metrics": {"service": {"enabled": False}, "serviceMonitor": {"enabled": True}}},
            "metrics.serviceMonitor.enabled: needs metrics.service.enabled: true",
        ),
        (
            {"extraEnv": [{"name": "MYAPP_WORKERS", "value": "1"}]},
            "extraEnv: MYAPP_WORKERS is set by the chart already",
        ),
        (
            {"policies": {"serviceAccounts": [{"namespace": "myapp-system", "name": "myapp"}]}},
            "policies.serviceAccounts: found myapp-system/myapp, the operator's own account",
        ),
    ],
)
def test_d2_combinations_that_cannot_work_are_refused(values: Values, said: str) -> None:
    """Each message says what to set instead."""
    assert said in refusal(values)


def test_d2_the_schema_is_a_schema_and_the_defaults_fit_it() -> None:
    """By another implementation than Helm's."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)

    for values in VALUE_SETS.values():
        validator.validate(values)
    assert not validator.is_valid({"replicas": 1})


def test_d2_the_schema_knows_no_value_that_there_is_not() -> None:
    """A property of the schema that values.yaml lacks would be accepted and have no effect."""

    def known(schema: Values, path: tuple[str, ...]) -> list[str]:
        if "description" in schema:
            return [".".join(path)]
        return [name for key, child in schema["properties"].items() for name in known(child, (*path, key))]

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    assert sorted(known(schema, ())) == sorted(["global", *(value.name for value in read_values())])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n", "a has no comment"),
        ("group:\n  # Described.\n  a: 1\n  b: 2\n", "group.b has no comment"),
        ("- 1\n", "a map is expected"),
    ],
)
def test_a_value_without_description_is_found(tmp_path: Path, text: str, told: str) -> None:
    """The comment above a value is its description everywhere, so none may lack."""
    file = tmp_path / "values.yaml"
    file.write_text(text)

    with pytest.raises(UndescribedValueError, match=told):
        read_values(file)


def test_values_are_read_with_their_comments(tmp_path: Path) -> None:
    """Several lines are one description; a map with a comment is one value."""
    file = tmp_path / "values.yaml"
    file.write_text("# Of the file.\n\ngroup:\n  # One\n  # two.\n  a: {b: 1}\n")

    assert read_values(file) == [Value(("group", "a"), {"b": 1}, "One two.")]


def test_a_value_that_the_schema_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make manifests` stops instead of writing a table of values that Helm refuses."""
    monkeypatch.setattr("deploy.chart.documents.read_values", lambda: [Value(("image", "colour"), "", "No.")])

    with pytest.raises(SchemaGapError, match=r"does not know image\.colour"):
        described_documents()
