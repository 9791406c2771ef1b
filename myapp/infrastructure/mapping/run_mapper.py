"""A TodoWorkflow of the API as a snapshot of the application, and the status of a run as the API's.

Both directions agree: what is written reads back as the same status, so an unchanged run is never written again.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from myapp.application.run_snapshot import RunSight, RunSnapshot, UnreadableRun
from myapp.domain.decision import CancelMode
from myapp.domain.duration import format_duration, parse_duration
from myapp.domain.errors import InvalidTodoError
from myapp.domain.moment import format_moment
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import Counts, ItemFailure, RunStatus, StepStatus
from myapp.infrastructure.crd import workflow_status as api
from myapp.infrastructure.mapping.metadata import CREATED_BY, ObjectMetadata, explain
from myapp.infrastructure.mapping.owner_reference import DEFINITION, run_of_run
from myapp.infrastructure.mapping.status_parts import (
    from_condition,
    from_counted,
    merge_patch,
    to_conditions,
    to_counted,
)


def to_run_sight(raw: Mapping[str, Any]) -> RunSight:
    """Read an object. What cannot be understood becomes an UnreadableRun, never an exception."""
    metadata = ObjectMetadata.of(raw)
    try:
        status = _to_status(api.TodoWorkflowStatus.model_validate(raw.get("status") or {}))
    except ValidationError as error:
        return _unreadable(metadata, raw, None, explain(error, "status"))
    except ValueError as error:
        return _unreadable(metadata, raw, None, f"status: {error}, written by another version of the operator")
    try:
        entry = _to_entry(metadata, raw)
    except InvalidTodoError as error:
        return _unreadable(metadata, raw, status, str(error))
    return RunSnapshot(entry, status, metadata.version, metadata.terminating)


def _unreadable(
    metadata: ObjectMetadata, raw: Mapping[str, Any], status: RunStatus | None, problem: str
) -> UnreadableRun:
    return UnreadableRun(
        key=metadata.key,
        uid=metadata.uid,
        version=metadata.version,
        generation=metadata.generation,
        status=status,
        problem=problem,
        terminating=metadata.terminating,
        parent=run_of_run(raw["metadata"]),
    )


def _to_entry(metadata: ObjectMetadata, raw: Mapping[str, Any]) -> RunEntry:
    parent, notes = run_of_run(raw["metadata"]), raw["metadata"].get("annotations") or {}
    identity = {
        "id": metadata.uid,
        "namespace": metadata.key.namespace,
        "name": metadata.key.name,
        "created_at": metadata.created_at,
        "generation": metadata.generation,
        "requester": metadata.created_by or None,
        "created_by": notes.get(CREATED_BY),
        "parent": parent,
        # Only the operator creates a part of a run; on any other object the annotation is anybody's word.
        "definition_name": notes.get(DEFINITION) if parent is not None else None,
    }
    return RunEntry.create_from_dict({**(raw.get("spec") or {}), **identity})


def _to_status(status: api.TodoWorkflowStatus) -> RunStatus:
    """Raises ValueError for a phase, reason or action that this version does not know."""
    return RunStatus(
        observed_generation=status.observed_generation,
        phase=Phase(status.phase or Phase.PENDING),
        reason=RunReason(status.reason) if status.reason is not None else None,
        message=status.message or "",
        start_time=status.start_time,
        completion_time=status.completion_time,
        deadline=status.deadline,
        next_transition_time=status.next_transition_time,
        suspend_time=status.suspend_time,
        suspended_for=parse_duration(status.suspended_for or "0s"),
        revision=status.revision or 0,
        cancel_mode=CancelMode(status.cancel_mode) if status.cancel_mode is not None else None,
        timed_out_at=status.timeout_time,
        definition=status.definition or "",
        service_account_name=status.service_account_name or "",
        requested_by=status.requested_by or "",
        steps=tuple(map(_to_step, status.steps)),
        outputs=status.outputs,
        decisions=tuple(map(to_counted, status.decisions)),
        conditions=to_conditions(status.conditions),
    )


def _to_step(step: api.StepStatus) -> StepStatus:
    return StepStatus(
        name=step.name,
        phase=Phase(step.phase),
        reason=step.reason or "",
        message=step.message or "",
        child=step.todo or "",
        in_finally=bool(step.finally_),
        revision=step.revision or 0,
        items=Counts(**step.items.model_dump(by_alias=False)) if step.items is not None else None,
        created=step.created or 0,
        failures=tuple(ItemFailure(failure.index, failure.message) for failure in step.failures),
    )


def run_status_patch(before: RunStatus, after: RunStatus) -> dict[str, Any]:
    """The merge patch that turns one status into the other."""
    return merge_patch(run_status_fields(before), run_status_fields(after))


def run_status_fields(status: RunStatus) -> dict[str, Any]:
    """The status as the API has it; what is not set is left out."""
    moments = {
        "startTime": status.start_time,
        "completionTime": status.completion_time,
        "deadline": status.deadline,
        "nextTransitionTime": status.next_transition_time,
        "suspendTime": status.suspend_time,
        "timeoutTime": status.timed_out_at,
    }
    fields: dict[str, Any] = {
        "observedGeneration": status.observed_generation,
        "phase": status.phase,
        "reason": status.reason,
        "message": status.message,
        "progress": status.progress if status.steps else None,
        **{name: format_moment(moment) for name, moment in moments.items() if moment is not None},
        "suspendedFor": format_duration(status.suspended_for) if status.suspended_for else None,
        "revision": status.revision or None,
        "cancelMode": status.cancel_mode,
        "counts": status.counts._asdict() if status.steps else None,
        "definition": status.definition or None,
        "serviceAccountName": status.service_account_name or None,
        "requestedBy": status.requested_by or None,
        "steps": list(map(_from_step, status.steps)) or None,
        "outputs": dict(status.outputs) or None,
        "decisions": list(map(from_counted, status.decisions)) or None,
        "conditions": list(map(from_condition, status.conditions)) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _from_step(step: StepStatus) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": step.name,
        "phase": step.phase,
        "reason": step.reason or None,
        "message": step.message or None,
        "todo": step.child or None,
        "finally": step.in_finally or None,
        "revision": step.revision or None,
        "items": step.items._asdict() if step.items is not None else None,
        "created": step.created or None,
        "failures": [{"index": each.index, "message": each.message} for each in step.failures] or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
