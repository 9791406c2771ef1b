"""The form of a manual Todo: what a person fills in when completing it."""

import re
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, UniqueItems, validations

_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,62}$"
MAX_FIELDS = 32
MAX_VALUE = 4096
"""Characters of a value; design 2.11 bounds outputs."""

_NAMES = CelRule(
    rule=f"self.all(name, name.matches(r'{_NAME}'))",
    message="a form field's name begins with a letter and has letters, digits and _ only (at most 63)",
)

_REQUIRED_EXIST = CelRule(
    rule="!has(self.required) || self.required.all(name, name in self.properties)",
    message="required must name properties of the form",
    field_path=".required",
)

FieldName = Annotated[str, Field(pattern=_NAME, max_length=63)]
FieldText = Annotated[str, Field(max_length=MAX_VALUE)]


class FormProperty(ResourceModel):
    """One field of the form."""

    type: Literal["string", "integer", "number", "boolean"] = Field(
        default="string", description="The type that the value has as an output."
    )
    title: Annotated[str, Field(max_length=128)] | None = Field(default=None, description="How the field is called.")
    description: Annotated[str, Field(max_length=1024)] | None = Field(
        default=None, description="What to fill in, for people."
    )
    default: FieldText | None = Field(
        default=None, description="What is taken when nothing is filled in, written as a person would."
    )
    enum: Annotated[tuple[Annotated[str, Field(max_length=256)], ...], Field(max_length=64), UniqueItems()] = Field(
        default=(), description="The only values that are allowed, written as a person would."
    )
    min_length: Annotated[int, Field(strict=True, ge=0, le=MAX_VALUE)] | None = Field(
        default=None, description="The fewest characters of a string."
    )
    max_length: Annotated[int, Field(strict=True, ge=0, le=MAX_VALUE)] | None = Field(
        default=None, description="The most characters of a string."
    )
    minimum: float | None = Field(default=None, description="The lowest number.")
    maximum: float | None = Field(default=None, description="The highest number.")


class Form(ResourceModel):
    """A small part of JSON Schema: an object with fields of single values."""

    model_config = ConfigDict(json_schema_extra=validations(_REQUIRED_EXIST))

    properties: Annotated[dict[str, FormProperty], Field(min_length=1, max_length=MAX_FIELDS)] = Field(
        description="The fields by name; each becomes an output of that name.", json_schema_extra=validations(_NAMES)
    )
    required: Annotated[tuple[FieldName, ...], Field(max_length=MAX_FIELDS), UniqueItems()] = Field(
        default=(), description="The fields that must be filled in, unless they have a default."
    )

    @field_validator("properties")
    @classmethod
    def _has_names(cls, properties: dict[str, FormProperty]) -> dict[str, FormProperty]:
        if not all(re.fullmatch(_NAME.strip("^$"), name) for name in properties):
            raise ValueError(_NAMES.message)
        return properties

    @model_validator(mode="after")
    def _requires_what_exists(self) -> Self:
        if not self.properties.keys() >= set(self.required):
            raise ValueError(_REQUIRED_EXIST.message)
        return self
