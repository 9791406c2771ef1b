"""Reads fields of an object of any kind, which may hold anything."""

from collections.abc import Mapping, Sequence
from typing import Any


def section(raw: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at that path; an empty one where there is none."""
    found: object = raw
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def integer(fields: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number; the default for anything else."""
    found = fields.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def items(fields: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    found = fields.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, Sequence) else []


def conditions(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The conditions of its status."""
    return items(section(raw, "status"), "conditions")


def condition(raw: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """The condition of that type."""
    return next((found for found in conditions(raw) if found.get("type") == kind), None)


def told(found: Mapping[str, Any]) -> str:
    """The reason and the message of a condition in one line."""
    words = (str(found.get("reason") or ""), " ".join(str(found.get("message") or "").split()))
    return ": ".join(filter(None, words)) or "for no reason that it tells"
