"""Whether an object has the form that the CRD asks for: fields that exist, of the right types, within their bounds."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from myapp.cli.todo.lint.finding import Path
from myapp.infrastructure.crd.structural_schema import structural_schema

_FOLLOWS = frozenset({"too_short"})
"""What pydantic says of a list because of what it has said of an item already."""
_BARE = ": a bare y, n, yes, no, on or off means true or false in YAML, write it with quotes"
_ALLOWED = 12
_SHOWN = 60


def form_problems(spec: object, model: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    """All that is wrong with a spec, by its place in it."""
    yield from _unknown(spec, structural_schema(model), ())
    try:
        model.model_validate(spec)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        wrong = [problem["loc"] for problem in told]
        for problem in told:
            place = problem["loc"]
            within = any(len(other) > len(place) and other[: len(place)] == place for other in wrong)
            if not (problem["type"] in _FOLLOWS and within):
                told_of = _BARE if problem["type"] == "string_type" and isinstance(problem["input"], bool) else ""
                said = problem["msg"].removeprefix("Value error, ")
                yield place, f"{said} (found {_shown(problem['input'])}{told_of})"


def _unknown(value: object, schema: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """Fields that the CRD does not have: the API server drops them in silence."""
    if isinstance(value, list) and "items" in schema:
        for position, item in enumerate(value):
            yield from _unknown(item, schema["items"], (*path, position))
    if not isinstance(value, Mapping):
        return
    properties = schema.get("properties")
    for name, below in value.items():
        if properties and name in properties:
            yield from _unknown(below, properties[name], (*path, name))
        elif isinstance(schema.get("additionalProperties"), Mapping):
            yield from _unknown(below, schema["additionalProperties"], (*path, name))
        elif properties and not schema.get("x-kubernetes-preserve-unknown-fields"):
            yield (*path, "on" if name is True else str(name)), _no_field(name, properties)


def _no_field(name: object, properties: Mapping[str, Any]) -> str:
    if name is True and "on" in properties:
        return 'a bare on means true in YAML: write "on" with quotes'
    allowed = sorted(properties)
    more = f" and {len(allowed) - _ALLOWED} more" if len(allowed) > _ALLOWED else ""
    return f"there is no field {name}, allowed are {', '.join(allowed[:_ALLOWED])}{more}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
