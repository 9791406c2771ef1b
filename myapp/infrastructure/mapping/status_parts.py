"""What the statuses of several kinds have in common: decisions that took effect, conditions, and how one is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from myapp.domain.condition import Condition, ConditionType
from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.moment import format_moment
from myapp.infrastructure.crd import condition as api_condition
from myapp.infrastructure.crd import todo_status as api

_KNOWN_CONDITIONS = frozenset(ConditionType)


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch (RFC 7386) that turns one status into the other: what is not set any more is removed by null.

    Objects within objects are merged by the API server too, so what is gone from them must be removed as well.
    """
    removed: dict[str, Any] = dict.fromkeys(before)
    known = {name: value for name, value in before.items() if isinstance(value, dict)}
    return removed | {
        name: merge_patch(known.get(name, {}), value) if isinstance(value, dict) else value
        for name, value in after.items()
    }


def to_counted(made: api.AppliedDecision) -> CountedDecision:
    """A decision that took effect. Raises ValueError for an action that this version does not know."""
    action = DecisionAction(made.action)
    return CountedDecision(made.uid, action, made.username, made.time, made.message or "", made.groups)


def from_counted(decision: CountedDecision) -> dict[str, Any]:
    """It in the API's form."""
    fields = {
        "uid": decision.id,
        "action": decision.action,
        "username": decision.username,
        "time": format_moment(decision.time),
    }
    said = {"message": decision.message, "groups": list(decision.groups)}
    return fields | {name: value for name, value in said.items() if value}


def to_conditions(found: Sequence[api_condition.Condition]) -> tuple[Condition, ...]:
    """Those that are the operator's own."""
    return tuple(
        Condition(
            ConditionType(known.type),
            known.status == "True",
            known.reason,
            known.message,
            known.last_transition_time,
            known.observed_generation or 0,
        )
        for known in found
        if known.type in _KNOWN_CONDITIONS
    )


def from_condition(condition: Condition) -> dict[str, Any]:
    """A condition in the API's form."""
    return {
        "type": condition.type,
        "status": str(condition.status),
        "reason": condition.reason,
        "message": condition.message,
        "lastTransitionTime": format_moment(condition.last_transition_time),
        "observedGeneration": condition.observed_generation,
    }
