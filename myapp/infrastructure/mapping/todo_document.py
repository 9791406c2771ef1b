"""A todo as a document in the API's own form, and back: for what keeps todos outside of the API server.

It reads back through the same models as what the API server delivers, so nothing can come in that way which could not
come from there. It holds what a snapshot holds and nothing more: no managedFields, no labels, no annotations of others.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic.alias_generators import to_camel

from myapp.application.snapshot import Snapshot, TodoSnapshot
from myapp.domain.duration import format_duration
from myapp.domain.moment import format_moment
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.mapping.action_document import action_fields
from myapp.infrastructure.mapping.metadata import CREATED_BY
from myapp.infrastructure.mapping.owner_reference import READY_TIME, owner_references
from myapp.infrastructure.mapping.todo_mapper import status_fields, to_snapshot

_NOT_IN_THE_SPEC = frozenset({"id", "key", "created_at", "generation", "requester", "action", "run", "ready_at"})
_IN_THE_API = {"dependencies": "dependsOn"}


def to_document(snapshot: TodoSnapshot) -> dict[str, Any]:
    """The object that ``from_document`` turns into an equal snapshot."""
    todo = snapshot.todo
    metadata: dict[str, Any] = {
        "namespace": todo.key.namespace,
        "name": todo.key.name,
        "uid": todo.id,
        "resourceVersion": snapshot.version,
        "generation": todo.generation,
        "creationTimestamp": todo.created_at.isoformat(),
    }
    ready_at = format_moment(todo.ready_at) if todo.ready_at is not None else ""
    notes = {CREATED_BY: todo.requester, READY_TIME: ready_at}
    metadata["annotations"] = {name: note for name, note in notes.items() if note}
    if todo.run is not None:
        metadata["ownerReferences"] = owner_references(todo.run)
    if snapshot.terminating:
        metadata["deletionTimestamp"] = ""
    return {"metadata": metadata, "spec": _spec(todo), "status": status_fields(snapshot.status)}


def from_document(document: Mapping[str, Any]) -> Snapshot:
    """Read what ``to_document`` wrote. Raises KeyError, TypeError or ValueError where ``metadata`` is not like that."""
    return to_snapshot(document)


def _spec(todo: TodoEntry) -> dict[str, Any]:
    return _plain_fields(todo, leave_out=_NOT_IN_THE_SPEC) | action_fields(todo.action)


def _plain_fields(value: Any, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """What differs from its default, by the names of the API."""
    return {
        _IN_THE_API.get(field.name) or to_camel(field.name): _plain(content)
        for field in fields(value)
        if field.name not in leave_out
        and (content := getattr(value, field.name)) is not None
        and (field.default is MISSING or content != field.default)
    }


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, frozenset | tuple):
        parts = [_plain(part) for part in value]
        return sorted(parts, key=str) if isinstance(value, frozenset) else parts
    return _plain_fields(value) if is_dataclass(value) else value
