"""What a step of a workflow takes of a Todo: every field but those of its run, and ``$(...)`` wherever a value is."""

from collections.abc import Iterator

import pytest

from myapp.infrastructure.crd.structural_schema import JsonObject, structural_schema
from myapp.infrastructure.crd.todo_spec import TodoSpec
from myapp.infrastructure.crd.workflow_step import Step

OWN = {"name", "dependsOn", "when", "forEach", "workflow"}


@pytest.fixture(scope="module")
def step() -> JsonObject:
    """The fields of a step."""
    fields: JsonObject = structural_schema(Step)["properties"]
    return fields


@pytest.fixture(scope="module")
def todo() -> JsonObject:
    """The fields of a Todo's spec."""
    fields: JsonObject = structural_schema(TodoSpec)["properties"]
    return fields


def scalars(field: JsonObject, path: str) -> Iterator[tuple[str, JsonObject]]:
    """Every text at whatever depth."""
    if field.get("type") == "string":
        yield path, field
    for name, nested in field.get("properties", {}).items():
        yield from scalars(nested, f"{path}.{name}")
    for nested in (field.get("items"), field.get("additionalProperties")):
        if nested:
            yield from scalars(nested, f"{path}[]")


def test_a_step_has_every_field_of_a_todo(step: JsonObject, todo: JsonObject) -> None:
    """Beside its own. Its account, suspension and deletion are those of its run."""
    assert set(step) == OWN | (set(todo) - {"serviceAccountName", "suspend", "ttlAfterFinished"})


def test_its_descriptions_are_those_of_a_todo(step: JsonObject, todo: JsonObject) -> None:
    """What is said once is true in both places."""
    assert [name for name in set(step) - OWN if step[name]["description"] != todo[name]["description"]] == []


def test_expressions_have_room_wherever_a_value_is_written(step: JsonObject) -> None:
    """Texts have no form of their own and are long enough; who approves is never computed."""
    texts = [text for name, field in step.items() if name not in OWN for text in scalars(field, name)]
    free = {path for path, text in texts if "enum" not in text and "pattern" not in text and text["maxLength"] >= 1024}

    assert {"content", "tags[]", "assignees[].name", "startTime", "dueTime", "timeout", "wait.duration"} < free
    assert {"http.url", "http.method", "http.body", "http.headers[].value", "retry.backoff.max"} < free
    assert {path for path, _ in texts} - free == {
        "approval.approvers[].kind",
        "approval.approvers[].name",
        "assignees[].kind",
        "manual.form.properties[].type",
        "onTimeout",
        "readiness",
        "resource.jsonPatch[].op",
        "resource.manifest.kind",
        "resource.operation",
        "resource.patchType",
        "retry.on[]",
    }


def test_the_rules_of_a_todo_are_not_repeated(step: JsonObject) -> None:
    """They would judge texts whose values nobody knows yet, 500 times; what is written down is judged at acceptance."""
    for name in set(step) - OWN:
        assert "x-kubernetes-validations" not in str(step[name]), name
