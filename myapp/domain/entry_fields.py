"""Typed reading of a todo's fields from plain values, with errors that name the field as its author wrote it."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from myapp.domain.duration import NOTATION, parse_duration
from myapp.domain.errors import InvalidTodoError
from myapp.domain.moment import to_millisecond

_IDENTITY = {
    "id": "metadata.uid",
    "namespace": "metadata.namespace",
    "name": "metadata.name",
    "created_at": "metadata.creationTimestamp",
    "generation": "metadata.generation",
}
_Choice = TypeVar("_Choice", bound=StrEnum)


def _is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | Mapping)


class EntryFields:
    """Reads one field at a time; every method raises InvalidTodoError for a value of another shape."""

    __slots__ = ("_data", "_path")

    def __init__(self, data: Mapping[str, Any], path: str = "spec") -> None:
        self._data = data
        self._path = path

    @property
    def raw(self) -> Mapping[str, Any]:
        """All fields as they are, for what may be of any content."""
        return self._data

    def invalid(self, field: str, allowed: str) -> InvalidTodoError:
        """The error that says what ``field`` holds and what it may hold."""
        first, *rest = field.split("_")
        api_name = first + "".join(word.capitalize() for word in rest)
        path = (_IDENTITY.get(field) if self._path == "spec" else None) or f"{self._path}.{api_name}"
        return InvalidTodoError(path, self._data.get(field), allowed)

    def has(self, field: str) -> bool:
        """Whether the field is given, be it as an empty object."""
        return self._data.get(field) is not None

    def text(self, field: str) -> str:
        """A string that says something."""
        value = self._data.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.invalid(field, "a text that is not empty")
        return value

    def any_text(self, field: str) -> str | None:
        """A string, be it an empty one, or nothing."""
        value = self._data.get(field)
        if value is not None and not isinstance(value, str):
            raise self.invalid(field, "a text")
        return value

    def texts(self, field: str) -> frozenset[str]:
        """A set of strings; absent means none."""
        value = self._data.get(field) or ()
        if not _is_list(value) or not all(isinstance(entry, str) for entry in value):
            raise self.invalid(field, "a list of texts")
        return frozenset(value)

    def ordered_texts(self, field: str) -> tuple[str, ...]:
        """Strings in their order; absent means none."""
        self.texts(field)
        return tuple(self._data.get(field) or ())

    def number(self, field: str) -> float | None:
        """A number, or nothing."""
        value = self._data.get(field)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise self.invalid(field, "a number")
        return value

    def integer(self, field: str) -> int:
        """A whole number; absent means 0."""
        value = self._data.get(field) or 0
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.invalid(field, "a whole number")
        return value

    def flag(self, field: str) -> bool:
        """True or false; absent means false."""
        value = self._data.get(field) or False
        if not isinstance(value, bool):
            raise self.invalid(field, "true or false")
        return value

    def choice(self, field: str, default: _Choice) -> _Choice:
        """One of the values of the default's enumeration."""
        value = self._data.get(field)
        if value is None:
            return default
        kind = type(default)
        try:
            return kind(value)
        except ValueError:
            raise self.invalid(field, "one of " + ", ".join(kind)) from None

    def required_choice(self, field: str, kind: type[_Choice]) -> _Choice:
        """One of the values of an enumeration."""
        if not self.has(field):
            raise self.invalid(field, "one of " + ", ".join(kind))
        return self.choice(field, next(iter(kind)))

    def choices(self, field: str, default: frozenset[_Choice], allowed: frozenset[_Choice]) -> frozenset[_Choice]:
        """Some of the allowed values; absent or empty means the default."""
        kind = type(next(iter(default)))
        try:
            chosen = frozenset(map(kind, self._data.get(field) or ()))
        except (TypeError, ValueError):
            chosen = None
        if chosen is None or not chosen <= allowed:
            raise self.invalid(field, "some of " + ", ".join(choice for choice in kind if choice in allowed))
        return chosen or default

    def time(self, field: str) -> datetime | None:
        """An aware datetime, to the millisecond, or nothing."""
        value = self._data.get(field)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.invalid(field, "a time with a zone, such as 2026-12-01T08:00:00Z")
        return to_millisecond(value)

    def required_time(self, field: str) -> datetime:
        """An aware datetime."""
        value = self.time(field)
        if value is None:
            raise self.invalid(field, "a time")
        return value

    def duration(self, field: str) -> timedelta | None:
        """A duration in Go's notation, or nothing."""
        value = self._data.get(field)
        if value is None:
            return None
        try:
            return parse_duration(value)
        except (TypeError, ValueError):
            raise self.invalid(field, NOTATION) from None

    def durations(self, field: str) -> tuple[timedelta, ...]:
        """Durations in Go's notation, in their order; absent means none."""
        try:
            return tuple(map(parse_duration, self.ordered_texts(field)))
        except ValueError:
            raise self.invalid(field, f"a list, each {NOTATION}") from None

    def within(self, field: str) -> "EntryFields":
        """The fields of an object."""
        value = self._data.get(field)
        if not isinstance(value, Mapping):
            raise self.invalid(field, "an object")
        return EntryFields(value, f"{self._path}.{field}")

    def json_object(self, field: str, longest: int) -> Mapping[str, Any]:
        """An object of any content, as it is, of at most so many bytes as JSON."""
        value = self._data.get(field)
        if not isinstance(value, Mapping):
            raise self.invalid(field, "an object")
        self._bounded(field, value, longest)
        return value

    def json_objects(self, field: str, longest: int) -> tuple[Mapping[str, Any], ...]:
        """Objects of any content, in their order, of at most so many bytes as JSON in all; absent means none."""
        self.entries(field)
        values = tuple(self._data.get(field) or ())
        self._bounded(field, values, longest)
        return values

    def mapping(self, field: str) -> dict[str, "EntryFields"]:
        """The fields of each object of a map; absent means none."""
        value = self._data.get(field) or {}
        if not isinstance(value, Mapping) or not all(isinstance(entry, Mapping) for entry in value.values()):
            raise self.invalid(field, "a map of objects")
        path = str(self.invalid(field, "").field)
        return {str(name): EntryFields(entry, f"{path}.{name}") for name, entry in value.items()}

    def entries(self, field: str) -> list["EntryFields"]:
        """The fields of each object of a list; absent means none."""
        value = self._data.get(field) or ()
        if not _is_list(value) or not all(isinstance(entry, Mapping) for entry in value):
            raise self.invalid(field, "a list of objects")
        path = str(self.invalid(field, "").field)
        return [EntryFields(entry, f"{path}[{index}]") for index, entry in enumerate(value)]

    def _bounded(self, field: str, content: object, longest: int) -> None:
        size = len(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())
        if size > longest:
            raise InvalidTodoError(self.invalid(field, "").field, f"{size} bytes", f"at most {longest} bytes of JSON")
