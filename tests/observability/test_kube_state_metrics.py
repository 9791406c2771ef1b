"""The configuration for kube-state-metrics names fields that Todos have, and all their phases."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from myapp.domain.todo_phase import Phase
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION

CONFIGURATION = Path(__file__).parents[2] / "deploy/observability/kube-state-metrics.yaml"
RESOURCE: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text())["spec"]["resources"][0]
VERSION: dict[str, Any] = TODO_DEFINITION.manifest()["spec"]["versions"][0]


def _paths() -> Iterator[tuple[str, list[str]]]:
    """Every field that is read, with the metric that reads it; within a list, relative to its elements."""
    for metric in RESOURCE["metrics"]:
        each = metric["each"]
        how = each[each["type"][0].lower() + each["type"][1:]]
        base = how.get("path", [])
        if base:
            yield metric["name"], base
        for path in (*how.get("labelsFromPath", {}).values(), *filter(None, [how.get("valueFrom")])):
            yield metric["name"], [*base, *path]


def _field(path: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = VERSION["schema"]["openAPIV3Schema"]
    for name in path:
        schema = schema.get("items", schema)["properties"][name]
    return schema


@pytest.mark.parametrize(("metric", "path"), list(_paths()))
def test_the_crd_has_the_field(metric: str, path: list[str]) -> None:
    """A misspelt field would be a metric without series, and nobody would notice."""
    assert _field(path)["type"] in {"string", "array"}, f"{metric}: {'.'.join(path)}"


def test_it_is_about_todos_of_the_version_served() -> None:
    """Group, version and kind."""
    assert RESOURCE["groupVersionKind"] == {
        "group": TODO_DEFINITION.manifest()["spec"]["group"],
        "version": VERSION["name"],
        "kind": TODO_DEFINITION.manifest()["spec"]["names"]["kind"],
    }


def test_every_phase_is_a_state() -> None:
    """One that is not listed would have no series."""
    phases = next(metric for metric in RESOURCE["metrics"] if metric["name"] == "status_phase")
    assert phases["each"]["stateSet"]["list"] == [str(phase) for phase in Phase]
