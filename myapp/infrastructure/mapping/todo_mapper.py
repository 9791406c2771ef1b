"""A Todo of the API as a snapshot of the application, and a status of the domain as the API's.

Both directions agree: what is written reads back as the same status, so an unchanged todo is never written again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from myapp.application.snapshot import Snapshot, TodoSnapshot, UnreadableTodo
from myapp.domain.attempts import AttemptRecord
from myapp.domain.duration import format_duration, parse_duration
from myapp.domain.effect import NO_EFFECT, EffectRecord
from myapp.domain.errors import InvalidTodoError
from myapp.domain.moment import format_moment
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.crd import todo_status as api
from myapp.infrastructure.crd.todo_spec import TodoSpec
from myapp.infrastructure.mapping.metadata import ObjectMetadata, explain
from myapp.infrastructure.mapping.owner_reference import ready_time, run_of_todo
from myapp.infrastructure.mapping.status_parts import (
    from_condition,
    from_counted,
    merge_patch,
    to_conditions,
    to_counted,
)


def to_snapshot(raw: Mapping[str, Any]) -> Snapshot:
    """Read an object. What cannot be understood becomes an UnreadableTodo, never an exception."""
    metadata, run = ObjectMetadata.of(raw), run_of_todo(raw["metadata"])
    try:
        status = _to_status(api.TodoStatus.model_validate(raw.get("status") or {}))
    except ValidationError as error:
        return _unreadable(metadata, run, None, explain(error, "status"))
    except ValueError as error:
        return _unreadable(metadata, run, None, f"status: {error}, written by another version of the operator")
    try:
        ready_at = ready_time(raw["metadata"]) if run is not None else None
        todo = _to_entry(metadata, run, ready_at, TodoSpec.model_validate(raw.get("spec") or {}))
    except ValidationError as error:
        return _unreadable(metadata, run, status, explain(error, "spec"))
    except InvalidTodoError as error:
        return _unreadable(metadata, run, status, str(error))
    return TodoSnapshot(todo, status, metadata.version, metadata.terminating)


def _unreadable(
    metadata: ObjectMetadata, run: OwnerRun | None, status: TodoStatus | None, problem: str
) -> UnreadableTodo:
    return UnreadableTodo(
        key=metadata.key,
        uid=metadata.uid,
        version=metadata.version,
        generation=metadata.generation,
        status=status,
        problem=problem,
        terminating=metadata.terminating,
        run=run,
    )


def _to_entry(metadata: ObjectMetadata, run: OwnerRun | None, ready_at: datetime | None, spec: TodoSpec) -> TodoEntry:
    identity = {
        "id": metadata.uid,
        "namespace": metadata.key.namespace,
        "name": metadata.key.name,
        "created_at": metadata.created_at,
        "generation": metadata.generation,
        "requester": metadata.created_by or None,
        "run": run,
        "ready_at": ready_at,
    }
    return TodoEntry.create_from_dict(spec.model_dump(by_alias=False, exclude_unset=True) | identity)


def _to_status(status: api.TodoStatus) -> TodoStatus:
    """Raises ValueError for a phase, reason or action that this version does not know."""
    return TodoStatus(
        observed_generation=status.observed_generation,
        phase=Phase(status.phase or Phase.PENDING),
        reason=Reason(status.reason) if status.reason is not None else None,
        message=status.message or "",
        attempt=status.attempt or 0,
        start_time=status.start_time,
        attempt_start_time=status.attempt_start_time,
        completion_time=status.completion_time,
        deadline=status.deadline,
        next_transition_time=status.next_transition_time,
        suspend_time=status.suspend_time,
        suspended_for=parse_duration(status.suspended_for or "0s"),
        last_reminder_time=status.last_reminder_time,
        warned_deadline=status.warned_deadline,
        effect=EffectRecord(status.effect.references, status.effect.withdrawing) if status.effect else NO_EFFECT,
        attempts=tuple(map(_to_attempt, status.attempts)),
        claimed_by=status.claimed_by or "",
        requester=status.requester or "",
        outputs=status.outputs,
        decisions=tuple(map(to_counted, status.decisions)),
        conditions=to_conditions(status.conditions),
    )


def _to_attempt(over: api.Attempt) -> AttemptRecord:
    reason, message = Reason(over.reason), over.message or ""
    return AttemptRecord(over.attempt, reason, message, over.start_time, over.completion_time, over.retry_time)


def status_patch(before: TodoStatus, after: TodoStatus) -> dict[str, Any]:
    """The merge patch that turns one status into the other."""
    return merge_patch(status_fields(before), status_fields(after))


def status_fields(status: TodoStatus) -> dict[str, Any]:
    """The status as the API has it; what is not set is left out."""
    moments = {
        "startTime": status.start_time,
        "attemptStartTime": status.attempt_start_time,
        "completionTime": status.completion_time,
        "deadline": status.deadline,
        "nextTransitionTime": status.next_transition_time,
        "suspendTime": status.suspend_time,
        "lastReminderTime": status.last_reminder_time,
        "warnedDeadline": status.warned_deadline,
    }
    fields: dict[str, Any] = {
        "observedGeneration": status.observed_generation,
        "phase": status.phase,
        "reason": status.reason,
        "message": status.message,
        "attempt": status.attempt or None,
        **{name: format_moment(moment) for name, moment in moments.items() if moment is not None},
        "suspendedFor": format_duration(status.suspended_for) if status.suspended_for else None,
        "effect": _from_effect(status.effect) or None,
        "attempts": [_from_attempt(over) for over in status.attempts] or None,
        "claimedBy": status.claimed_by or None,
        "requester": status.requester or None,
        "outputs": dict(status.outputs) or None,
        "decisions": list(map(from_counted, status.decisions)) or None,
        "conditions": list(map(from_condition, status.conditions)) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _from_effect(effect: EffectRecord) -> dict[str, Any]:
    fields = {"references": dict(effect.references), "withdrawing": effect.withdrawing}
    return {name: value for name, value in fields.items() if value}


def _from_attempt(over: AttemptRecord) -> dict[str, Any]:
    fields = {
        "attempt": over.attempt,
        "reason": over.reason,
        "message": over.message or None,
        "startTime": format_moment(over.start_time),
        "completionTime": format_moment(over.completion_time),
        "retryTime": format_moment(over.retry_time) if over.retry_time is not None else None,
    }
    return {name: value for name, value in fields.items() if value is not None}
