"""The CRDs in crds/: they are what the models say, and what every CRD of the project keeps to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from myapp.infrastructure.crd.generate import render_crds

CRDS = Path(__file__).parents[4] / "crds"

Schema = dict[str, Any]


def fields(schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Every field of a schema at every depth, list items as `path[]`."""
    yield path, schema
    for name, field in schema.get("properties", {}).items():
        yield from fields(field, f"{path}.{name}")
    if "items" in schema:
        yield from fields(schema["items"], f"{path}[]")


@pytest.fixture(scope="module")
def all_fields() -> dict[str, Schema]:
    """All fields of all kinds, by path."""
    crds = [yaml.safe_load(text) for text in render_crds().values()]
    return {
        path: field
        for crd in crds
        for version in crd["spec"]["versions"]
        for path, field in fields(version["schema"]["openAPIV3Schema"], crd["spec"]["names"]["kind"])
    }


def test_files_are_up_to_date() -> None:
    """crds/ holds exactly what the models give; `make crds` brings it up to date."""
    written = {path.name: path.read_text(encoding="utf-8") for path in CRDS.iterdir()}

    assert written == render_crds()


def test_every_field_is_described(all_fields: dict[str, Schema]) -> None:
    """Nobody has to guess what a field is for."""
    undescribed = [path for path, field in all_fields.items() if "description" not in field and not path.endswith("[]")]

    assert undescribed == []


def test_everything_is_bounded(all_fields: dict[str, Schema]) -> None:
    """Whatever can grow has a limit: it keeps objects small, and the cost of CEL rules can be estimated."""
    limit = {"string": ("maxLength", "enum"), "array": ("maxItems",)}
    unbounded = [
        path
        for path, field in all_fields.items()
        if not any(key in field for key in limit.get(field.get("type", ""), field))
        or ("additionalProperties" in field and "maxProperties" not in field)
    ]

    assert unbounded == []


def test_integers_are_bounded_below(all_fields: dict[str, Schema]) -> None:
    """No number of the API is allowed to be any number."""
    integers = {path: field for path, field in all_fields.items() if field.get("type") == "integer"}

    assert integers
    assert [path for path, field in integers.items() if "minimum" not in field] == []


def test_every_list_of_objects_is_a_map(all_fields: dict[str, Schema]) -> None:
    """Server-side apply can merge every list of objects, so that two owners do not overwrite each other.

    It cannot merge one whose order is what it says, which is said as well.
    """
    lists = {path: field for path, field in all_fields.items() if field.get("items", {}).get("type") == "object"}

    assert lists
    assert [path for path, field in lists.items() if field.get("x-kubernetes-list-type") not in ("map", "atomic")] == []
