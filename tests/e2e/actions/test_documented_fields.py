"""docs/actions.md against the CRD: each field of a machine's action is explained, and set by an example that runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.local.layout import CRDS, PROJECT_ROOT
from tests.api_server import JsonObject
from tests.e2e.actions.documented_examples import all_examples

PAGE = (PROJECT_ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
ACTIONS = ("job", "resource", "http")
OF_ALL = ("serviceAccountName", "timeout", "retry")
_ROW = re.compile(r"^\| (?P<fields>`[a-zA-Z.`, ]+`) \| (?P<text>.*) \|$", re.MULTILINE)


def fields_of(schema: JsonObject, path: str = "") -> Iterator[str]:
    """The paths of all fields below, those of a list's items included."""
    for name, field in schema.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below
        yield from fields_of(field.get("items", field), below)


def used_by(value: object, path: str = "") -> Iterator[str]:
    """The paths of all that is set."""
    if isinstance(value, list):
        for each in value:
            yield from used_by(each, path)
    elif isinstance(value, dict):
        for name, below in value.items():
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from used_by(below, inner)


def _spec_schema() -> JsonObject:
    crd = yaml.safe_load((CRDS / "todos.todo.myapp.dev.yaml").read_text(encoding="utf-8"))
    schema: JsonObject = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return schema


FIELDS = [field for field in fields_of(_spec_schema()) if field.partition(".")[0] in (*ACTIONS, *OF_ALL)]


def _rows() -> dict[str, str]:
    """What the tables say about each field that they name."""
    rows: dict[str, str] = {}
    for row in _ROW.finditer(PAGE):
        for field in re.findall(r"`([^`]+)`", row["fields"]):
            if field.partition(".")[0] in (*ACTIONS, *OF_ALL):
                rows[field] = rows.get(field, "") + row["text"]
    return rows


ROWS = _rows()


def test_there_is_something_to_compare() -> None:
    """Each action has fields, rows and an example."""
    used = {kind for objects in all_examples().values() for each in objects for kind in each.get("spec", {})}

    assert len(FIELDS) > 40
    for action in ACTIONS:
        assert action in FIELDS
        assert any(field.startswith(f"{action}.") for field in ROWS)
        assert action in used


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in ACTIONS])
def test_each_field_is_explained(field: str) -> None:
    """A field of an action by a row of its own, what is within it by its name in that row."""
    depth = 2 if field.partition(".")[0] in ACTIONS else 1
    parts = field.split(".")
    row = ".".join(parts[:depth])

    assert row in ROWS, f"docs/actions.md has no row for {row}"
    for name in parts[depth:]:
        assert f"`{name}`" in ROWS[row], f"the row of {row} does not name `{name}`"


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_about_a_field(row: str) -> None:
    """Nothing is explained that does not exist."""
    assert row in FIELDS


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_used_by_an_example(field: str) -> None:
    """In a Todo that is created in a test."""
    specs = [each["spec"] for objects in all_examples().values() for each in objects if each["kind"] == "Todo"]

    assert any(field in used_by(spec) for spec in specs), f"no example of docs/actions.md sets {field}"


@pytest.mark.parametrize("name", all_examples())
def test_each_example_is_run(name: str) -> None:
    """By a test that takes it from the page."""
    tests = Path(__file__).parents[1].rglob("test_*.py")

    assert any(f'example("{name}")' in test.read_text(encoding="utf-8") for test in tests)


def test_each_example_is_marked() -> None:
    """An object that stands on the page is part of an example."""
    blocks = re.findall(r"^```yaml\n(.*)$", PAGE, re.MULTILINE)

    assert [block for block in blocks if not block.startswith("# e2e: ")] == []
