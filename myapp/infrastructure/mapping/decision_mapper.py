"""A TodoDecision of the API as a decision of the domain, and an answer of the domain as the decision's status."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from myapp.domain.decision import Answer, CancelMode, Decision, DecisionAction, DecisionReason, TargetKind
from myapp.domain.message import bounded
from myapp.domain.moment import format_moment, to_millisecond
from myapp.infrastructure.crd.todo_decision_resource import TodoDecisionSpec
from myapp.infrastructure.mapping.metadata import ObjectMetadata, explain


def is_judged(raw: Mapping[str, Any]) -> bool:
    """Whether the decision has its answer already."""
    status = raw.get("status")
    return isinstance(status, Mapping) and bool(status.get("outcome"))


def to_decision(raw: Mapping[str, Any]) -> Decision:
    """Read an object. One that cannot be understood carries its problem, with which it can only be refused.

    Its target is a key that no todo has, because its own cannot be trusted.
    """
    metadata = ObjectMetadata.of(raw)
    try:
        spec = TodoDecisionSpec.model_validate(raw.get("spec") or {})
    except ValidationError as error:
        return Decision(
            id=metadata.uid,
            key=metadata.key,
            target=metadata.key.beside(""),
            target_id="",
            action=DecisionAction.COMPLETE,
            username="",
            message="",
            created_at=metadata.created_at,
            version=metadata.version,
            problem=explain(error, "spec"),
        )
    return Decision(
        id=metadata.uid,
        key=metadata.key,
        target=metadata.key.beside(spec.target.name),
        target_id=spec.target.uid,
        action=DecisionAction(spec.action),
        username=spec.user.username,
        message=spec.message or "",
        created_at=metadata.created_at,
        groups=spec.user.groups,
        values=spec.values,
        mode=CancelMode(spec.mode) if spec.mode is not None else None,
        target_kind=TargetKind(spec.target.kind),
        version=metadata.version,
        told=str((raw.get("status") or {}).get("message", "")),
    )


def waiting_status(reason: DecisionReason, message: str) -> dict[str, Any]:
    """The status of a decision that cannot be judged yet: no outcome, and why."""
    return {"reason": reason, "message": message}


def answer_status(answer: Answer, moment: datetime) -> dict[str, Any]:
    """The decision's status."""
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "message": bounded(answer.message),
        "time": format_moment(to_millisecond(moment)),
    }
