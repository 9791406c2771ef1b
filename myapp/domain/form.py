"""What a person fills in when completing a todo: named fields with types and bounds, a small part of JSON Schema.

A decision carries texts, as people type them; the form gives them their types. What does not fit is told by the field,
with what was found and what is allowed. Deliberately without patterns: a pattern from a stranger can take for ever.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from types import MappingProxyType
from typing import Self

from myapp.domain.entry_fields import EntryFields

#: A value of an output.
Scalar = str | int | float | bool
_SHOWN = 60
#: Bytes of one output: of a text itself, of a number as JSON writes it.
LONGEST_OUTPUT = 4 * 1024
#: Bytes of all outputs of a todo.
MOST_BYTES = 32 * 1024
_INT64 = 2**63  # what JSON numbers keep exactly in Kubernetes
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,19}")


class FieldType(StrEnum):
    """JSON Schema's types of single values."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


def _integer(text: str) -> int:
    if _WHOLE_NUMBER.fullmatch(text) is None or not -_INT64 <= int(text) < _INT64:
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError
    return number


_READERS: Mapping[FieldType, tuple[Callable[[str], Scalar], str]] = MappingProxyType(
    {
        FieldType.STRING: (str, "a text"),
        FieldType.INTEGER: (_integer, "a whole number"),
        FieldType.NUMBER: (_number, "a number"),
        FieldType.BOOLEAN: (_boolean, "true or false"),
    }
)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. Lengths bound texts, minimum and maximum bound numbers; `allowed` lists the only values, if any."""

    name: str
    type: FieldType = FieldType.STRING
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None

    def read(self, text: str) -> Scalar:
        """The value of ``text``. Raises ValueError, whose message says what is allowed."""
        if len(text.encode()) > LONGEST_OUTPUT:
            raise ValueError(f"at most {LONGEST_OUTPUT} bytes")
        reader, expected = _READERS[self.type]
        try:
            value = reader(text)
        except ValueError:
            raise ValueError(expected) from None
        if self.allowed and text not in self.allowed:
            raise ValueError(f"one of {', '.join(self.allowed)}")
        if isinstance(value, bool):
            return value
        size = len(value) if isinstance(value, str) else value
        least, most = (self.min_length, self.max_length) if isinstance(value, str) else (self.minimum, self.maximum)
        unit = " characters" if isinstance(value, str) else ""
        if least is not None and size < least:
            raise ValueError(f"at least {least:g}{unit}")
        if most is not None and size > most:
            raise ValueError(f"at most {most:g}{unit}")
        return value


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; without any, nothing can be filled in."""

    fields: tuple[FormField, ...] = ()

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.manual.form``. Raises InvalidTodoError, also for a default that does not fit its own field."""
        required = fields.texts("required")
        named = {name: _field(name, entry, name in required) for name, entry in fields.mapping("properties").items()}
        if unknown := required - named.keys():
            raise fields.invalid("required", f"names of properties, and {', '.join(sorted(unknown))} is none")
        for name, field in named.items():
            if field.default is not None:
                try:
                    field.read(field.default)
                except ValueError as error:
                    raise fields.invalid("properties", f"as the default of {name} {error}") from None
        return cls(tuple(named.values()))

    def problems(self, values: Mapping[str, str]) -> str:
        """Why these values cannot be taken, one sentence for all of them; empty where they can."""
        return "; ".join(self._problems(values))

    def filled(self, values: Mapping[str, str]) -> dict[str, Scalar]:
        """The values with their types and defaults. Raises ValueError where there are problems."""
        given = {field.name: values.get(field.name, field.default) for field in self.fields}
        return {field.name: field.read(text) for field in self.fields if (text := given[field.name]) is not None}

    def _problems(self, values: Mapping[str, str]) -> Iterable[str]:
        if (size := sum(len(text.encode()) for text in values.values())) > MOST_BYTES:
            yield f"found {size} bytes in all, allowed are {MOST_BYTES}"
        known = ", ".join(field.name for field in self.fields)
        for name in sorted(values.keys() - {field.name for field in self.fields}):
            yield f"there is no field {name[:_SHOWN]!r}, {f'only {known}' if known else 'it takes no values'}"
        for field in self.fields:
            text = values.get(field.name)
            if text is None:
                if field.required and field.default is None:
                    yield f"{field.name} is missing: {_READERS[field.type][1]} is needed"
                continue
            try:
                field.read(text)
            except ValueError as error:
                yield f"{field.name}: found {text[:_SHOWN]!r}, allowed is {error}"


def _field(name: str, entry: EntryFields, required: bool) -> FormField:
    return FormField(
        name=name,
        type=entry.choice("type", FieldType.STRING),
        required=required,
        default=entry.text("default") if entry.has("default") else None,
        allowed=tuple(entry.ordered_texts("enum")),
        min_length=entry.integer("min_length") if entry.has("min_length") else None,
        max_length=entry.integer("max_length") if entry.has("max_length") else None,
        minimum=entry.number("minimum"),
        maximum=entry.number("maximum"),
    )
