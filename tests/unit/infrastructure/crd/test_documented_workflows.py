"""docs/workflows.md tells every field of the kinds, and no others."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from myapp.domain.workflow.definition import Definition
from myapp.infrastructure.crd.structural_schema import structural_schema
from myapp.infrastructure.crd.todo_spec import TodoSpec
from myapp.infrastructure.crd.todo_template_resource import TodoTemplate
from myapp.infrastructure.crd.todo_workflow_resource import TodoWorkflow

PAGE = (Path(__file__).parents[4] / "docs" / "workflows.md").read_text(encoding="utf-8")
#: Told as a whole, by what their values are; or where a Todo is told.
_WHOLE = ("status.counts", "status.steps[].items", "status.decisions[]", "status.conditions[]")
_LIKE_STEPS = "finally[]"


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The paths of all values below a schema: `params[].name`."""
    properties = schema.get("properties")
    if path in _WHOLE or path == _LIKE_STEPS:
        yield path
    elif properties:
        for name, below in properties.items():
            yield from fields(below, f"{path}.{name}".removeprefix("."))
    elif schema.get("type") == "array":
        yield from fields(schema["items"], f"{path}[]")
    else:
        yield path


def of_a_kind(model: type) -> set[str]:
    """Fields of the spec, and those of the status with `status.`; without those that a step has of a Todo."""
    schema = structural_schema(model)["properties"]
    own = {f"steps[].{name}" for name in structural_schema(TodoSpec)["properties"]} - {
        "steps[].dependsOn",
        "steps[].when",
    }
    found = {*fields(schema["spec"]), *fields(schema["status"], "status")}
    return {name for name in found if not any(re.match(rf"{re.escape(prefix)}(\.|\[|$)", name) for prefix in own)}


def told() -> set[str]:
    """What stands in the first column of the tables of fields."""
    rows = re.findall(r"^\| (`(?!kubectl)[^|]*?) \|", PAGE, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("model", [TodoTemplate, TodoWorkflow])
def test_every_field_is_told(model: type) -> None:
    """By its path, in a table."""
    assert of_a_kind(model) - told() == set()


def test_no_field_is_told_that_is_none() -> None:
    """What was renamed or taken back stands there no more."""
    known = of_a_kind(TodoTemplate) | of_a_kind(TodoWorkflow)
    paths = {name for name in told() if re.fullmatch(r"[a-z][A-Za-z]*([.\[][\w.\[\]]*)?", name)}
    roots = {"params", "steps", "workflow", "item", "index"}

    assert {
        name for name in paths if name not in known and not any(one.startswith(name) for one in known)
    } - roots == set()


def test_every_file_that_is_shown_is_one() -> None:
    """The YAML blocks are whole manifests that can be read as definitions."""
    blocks = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]

    assert len(blocks) == 2
    assert all(Definition.create_from_dict(block["spec"]).steps for block in blocks)
