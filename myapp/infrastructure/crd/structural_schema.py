"""From a pydantic model to a structural schema, the subset of OpenAPI v3.0 that a CustomResourceDefinition takes.

References are inlined, `X | None` becomes an optional X (the API server drops nulls before it stores an object), a
`const` becomes an `enum` of one, exclusive bounds take OpenAPI's form, titles and empty defaults go, a description
becomes one paragraph. Defaults inside list items go too: GitOps tools compare lists as a whole and would report an
endless difference; there the model's default holds. A keyword that is not known here is refused, since the API server
would drop it or give it another meaning; so are unions, which are written as optional fields and a CEL rule.
See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from typing import Any, TypeAlias

from pydantic import BaseModel

JsonObject: TypeAlias = dict[str, Any]

_KEYWORDS = (
    "description",
    "type",
    "format",
    "default",
    "enum",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "required",
    "properties",
    "items",
    "additionalProperties",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-validations",
)
"""What a structural schema may say, in the order of the output."""

_DROPPED = ("title", "$defs", "uniqueItems")


class UnstructuralModelError(TypeError):
    """A model says something that a structural schema cannot."""


def structural_schema(model: type[BaseModel]) -> JsonObject:
    """The structural schema of the model, with the API's field names.

    Raises:
        UnstructuralModelError: naming the place and what cannot be said there.
    """
    schema = model.model_json_schema(by_alias=True, mode="validation")
    return _convert(schema, schema.get("$defs", {}), path=model.__name__, in_list=False)


def _convert(schema: JsonObject, definitions: JsonObject, *, path: str, in_list: bool) -> JsonObject:
    plain = _openapi_terms(_without_null(_inlined(schema, definitions), definitions, path))
    if in_list or plain.get("default", ...) in (None, [], {}):
        plain.pop("default", None)
    unknown = plain.keys() - set(_KEYWORDS)
    if unknown:
        raise UnstructuralModelError(f"{path}: a structural schema has no {', '.join(sorted(unknown))}")
    if not plain.get("properties", True):
        del plain["properties"]  # the API server drops an empty one
    if "properties" in plain:
        plain["properties"] = {
            name: _convert(value, definitions, path=f"{path}.{name}", in_list=in_list)
            for name, value in plain["properties"].items()
        }
    if "items" in plain:
        plain["items"] = _convert(plain["items"], definitions, path=f"{path}[]", in_list=True)
    if "additionalProperties" in plain:
        plain["additionalProperties"] = _convert(
            plain["additionalProperties"], definitions, path=f"{path}[*]", in_list=in_list
        )
    return {keyword: plain[keyword] for keyword in _KEYWORDS if keyword in plain}


def _inlined(schema: JsonObject, definitions: JsonObject) -> JsonObject:
    """Replace a reference by what it names; what stands beside it (a field's own description) wins."""
    if "$ref" not in schema:
        return dict(schema)
    named = definitions[schema["$ref"].removeprefix("#/$defs/")]
    return {**named, **{key: value for key, value in schema.items() if key != "$ref"}}


def _without_null(schema: JsonObject, definitions: JsonObject, path: str) -> JsonObject:
    if "anyOf" not in schema:
        return schema
    choices = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    if len(choices) != 1:
        raise UnstructuralModelError(f"{path}: a union is no structural schema; use optional fields and a CEL rule")
    return {**_inlined(choices[0], definitions), **{key: value for key, value in schema.items() if key != "anyOf"}}


def _openapi_terms(schema: JsonObject) -> JsonObject:
    plain = {key: value for key, value in schema.items() if key not in _DROPPED}
    if plain.get("additionalProperties") is False:
        del plain["additionalProperties"]
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if exclusive in plain:
            plain[bound] = plain[exclusive]
            plain[exclusive] = True
    if "description" in plain:
        plain["description"] = " ".join(plain["description"].split())
    return plain
