"""Values into and out of an expression: plain JSON on both sides, checked and of bounded size.

What JSON does not have becomes a text as Kubernetes writes it (times, durations) or is refused (optional values,
types, numbers that are none); keys are sorted, because the library keeps no order.
"""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from myapp.domain.json_value import JsonValue
from myapp.infrastructure.cel.cost import VALUE

#: How deep values may lie in one another, in and out.
DEEPEST = 64
_INT64 = 2**63


class UnfitValueError(Exception):
    """A value that an expression cannot take or yield; the message says which."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a value is, and how many entries its longest list or map has."""

    size: int
    longest: int


def extent_of(value: object, depth: int = 0) -> Extent:
    """Raises UnfitValueError for what is not plain JSON, or lies too deep."""
    if value is None or isinstance(value, bool | float):
        return Extent(VALUE, 0)
    if isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise UnfitValueError(f"{value} is no whole number of 64 bits")
        return Extent(VALUE, 0)
    if isinstance(value, str):
        return Extent(VALUE + _length_of(value), 0)
    if depth == DEEPEST:
        raise UnfitValueError(f"values lie in one another more than {DEEPEST} deep")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise UnfitValueError("a map has a key that is no text")
        parts = [extent_of(part, depth + 1) for entry in value.items() for part in entry]
    elif isinstance(value, list | tuple):
        parts = [extent_of(part, depth + 1) for part in value]
    else:
        raise UnfitValueError(f"a {type(value).__name__} is no JSON value")
    return Extent(VALUE + sum(part.size for part in parts), max([len(value), *(part.longest for part in parts)]))


def _length_of(text: str) -> int:
    try:
        return len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise UnfitValueError("a text has characters that are none") from None


def plain(value: object, depth: int = 0) -> JsonValue:
    """What an expression yielded, as plain JSON. Raises UnfitValueError."""
    if depth > DEEPEST:
        raise UnfitValueError(f"it yields values that lie in one another more than {DEEPEST} deep")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise UnfitValueError("it yields a map with keys that are no texts, which JSON does not have")
        return {key: plain(value[key], depth + 1) for key in sorted(value)}
    if isinstance(value, list):
        return [plain(entry, depth + 1) for entry in value]
    return _single(value)


def _single(value: object) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise UnfitValueError(f"it yields the number {value}, which JSON does not have")
    if value is None or isinstance(value, bool | int | str | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"{value.total_seconds()}s" if value.microseconds else f"{value // timedelta(seconds=1)}s"
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise UnfitValueError("it yields a type, which is no JSON value")
