"""From pydantic's JSON Schema to a structural schema: each difference between the two, and what is refused."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from myapp.infrastructure.crd.schema_extensions import CelRule, ExplainedText, UniqueItems, validations
from myapp.infrastructure.crd.structural_schema import UnstructuralModelError, structural_schema


class Part(BaseModel):
    """What the part
    says about itself."""

    word: str = "default"


def field_schema(annotation: object, field: object = ...) -> dict[str, Any]:
    """The schema of a model's one field."""
    definition: dict[str, Any] = {"field": (annotation, field)}
    schema: dict[str, Any] = structural_schema(create_model("Model", **definition))["properties"]["field"]
    return schema


def test_references_are_inlined() -> None:
    """A nested model stands where it is used; its docstring becomes one paragraph."""
    assert field_schema(Part) == {
        "description": "What the part says about itself.",
        "type": "object",
        "properties": {"word": {"type": "string", "default": "default"}},
    }


def test_a_fields_own_description_wins() -> None:
    """What a field says of its use is closer to the reader than what the model says of itself."""
    assert (
        field_schema(Part | None, Field(default=None, description="The first part."))["description"]
        == "The first part."
    )


@pytest.mark.parametrize(
    ("annotation", "field", "expected"),
    [
        pytest.param(str | None, {"default": None}, {"type": "string"}, id="optional is not nullable"),
        pytest.param(Literal["A"], {}, {"type": "string", "enum": ["A"]}, id="const"),
        pytest.param(
            Literal["A", "B"], {"default": "B"}, {"type": "string", "default": "B", "enum": ["A", "B"]}, id="enum"
        ),
        pytest.param(
            int, {"gt": 0, "le": 9}, {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": 9}, id="gt"
        ),
        pytest.param(int, {"lt": 9}, {"type": "integer", "maximum": 9, "exclusiveMaximum": True}, id="lt"),
        pytest.param(tuple[str, ...], {"default": ()}, {"type": "array", "items": {"type": "string"}}, id="empty list"),
        pytest.param(
            set[str], {"max_length": 2}, {"type": "array", "maxItems": 2, "items": {"type": "string"}}, id="set"
        ),
        pytest.param(
            dict[str, str],
            {"max_length": 2},
            {"type": "object", "maxProperties": 2, "additionalProperties": {"type": "string"}},
            id="map",
        ),
        pytest.param(
            Annotated[tuple[str, ...], UniqueItems()],
            {},
            {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            id="list set",
        ),
    ],
)
def test_fields(annotation: object, field: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each construct takes the form that the API server takes."""
    assert field_schema(annotation, Field(**field)) == expected


def test_no_defaults_inside_lists() -> None:
    """GitOps tools compare lists as a whole: a default that appears in an item would never match what is in Git."""
    schema = field_schema(Annotated[tuple[Part, ...], UniqueItems(keys=("word",))])

    assert schema["items"] == {
        "description": "What the part says about itself.",
        "type": "object",
        "properties": {"word": {"type": "string"}},
    }
    assert schema["x-kubernetes-list-map-keys"] == ["word"]


def test_closed_models_stay_open() -> None:
    """A structural schema has no `additionalProperties: false`: the API server prunes what it does not know anyway."""

    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")

        word: str

    assert structural_schema(Closed) == {
        "type": "object",
        "required": ["word"],
        "properties": {"word": {"type": "string"}},
    }


def test_rules() -> None:
    """CEL rules stand where they are declared, on a model as on a field, with all their settings."""
    rule = CelRule(rule="self == oldSelf", message="never", field_path=".word", optional_old_self=True)

    class Ruled(BaseModel):
        model_config = ConfigDict(json_schema_extra=validations(rule))

        word: Annotated[str, ExplainedText(pattern="^a", max_length=3, rule=CelRule("self.startsWith('a')", "no a"))]

    schema = structural_schema(Ruled)

    assert schema["x-kubernetes-validations"] == [
        {"rule": "self == oldSelf", "message": "never", "fieldPath": ".word", "optionalOldSelf": True}
    ]
    assert schema["properties"]["word"] == {
        "type": "string",
        "maxLength": 3,
        "x-kubernetes-validations": [{"rule": "self.startsWith('a')", "message": "no a"}],
    }


@pytest.mark.parametrize(
    ("annotation", "complaint"),
    [
        pytest.param(int | str, "Model.field: a union is no structural schema", id="union"),
        pytest.param(tuple[int, str], "Model.field: a structural schema has no prefixItems", id="tuple of two"),
        pytest.param(
            Annotated[int, Field(multiple_of=2)], "Model.field: a structural schema has no multipleOf", id="other"
        ),
        pytest.param(tuple[int | str, ...], "Model.field[]: a union", id="inside a list"),
        pytest.param(dict[str, int | str], "Model.field[*]: a union", id="inside a map"),
    ],
)
def test_refused(annotation: object, complaint: str) -> None:
    """What a structural schema cannot say is refused with its place, instead of being lost on the way."""
    with pytest.raises(UnstructuralModelError) as raised:
        field_schema(annotation)

    assert str(raised.value).startswith(complaint)
