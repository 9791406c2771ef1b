"""Kubernetes conditions, and the table that derives them from a todo's state (design 2.3).

``Ready``, ``Reconciling`` and ``Stalled`` are always present, so that kstatus, Flux, Argo CD and Helm need no special
knowledge. ``Complete`` and ``Failed`` appear when a todo has ended, as they do on a Job; ``Overdue`` once it is late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from myapp.domain.todo_phase import Phase


class ConditionType(StrEnum):
    """The conditions of a todo, or a workflow."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    COMPLETE = "Complete"
    FAILED = "Failed"
    OVERDUE = "Overdue"


class Readiness(StrEnum):
    """When a todo counts as ready for whoever applied it."""

    ACCEPTED = "Accepted"
    COMPLETE = "Complete"


@dataclass(frozen=True, slots=True)
class Condition:
    """One entry of ``status.conditions``."""

    type: ConditionType
    status: bool
    reason: str
    message: str
    last_transition_time: datetime
    observed_generation: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What conditions are derived from."""

    phase: Phase
    reason: StrEnum
    message: str
    readiness: Readiness
    overdue: str
    """A sentence that says since when the todo is late; empty while it is not."""
    refused: bool
    """Whether somebody must change something before it can go on."""


def conditions_for(
    standing: Standing, before: Iterable[Condition], generation: int, now: datetime
) -> tuple[Condition, ...]:
    """The conditions of ``standing``; a time moves only where a condition's status does (API conventions)."""
    previous = {condition.type: condition for condition in before}

    def condition(kind: ConditionType, status: bool, reason: str, message: str = "") -> Condition:
        known = previous.get(kind)
        since = known.last_transition_time if known and known.status is status else now.replace(microsecond=0)
        return Condition(kind, status, reason, message, since, generation)

    ended_well = standing.phase in (Phase.SUCCEEDED, Phase.SKIPPED)
    ended_badly = standing.phase in (Phase.FAILED, Phase.CANCELLED)
    stalled = ended_badly or standing.refused
    accepted = not stalled and standing.readiness is Readiness.ACCEPTED
    ready = ended_well or accepted
    reason, message = str(standing.reason), standing.message

    conditions = [
        condition(ConditionType.READY, ready, reason, message),
        condition(ConditionType.RECONCILING, not ready and not stalled, reason),
        condition(ConditionType.STALLED, stalled, reason, message if stalled else ""),
    ]
    if ended_well:
        conditions.append(condition(ConditionType.COMPLETE, True, reason, message))
    if ended_badly:
        conditions.append(condition(ConditionType.FAILED, True, reason, message))
    if standing.overdue:
        conditions.append(condition(ConditionType.OVERDUE, True, "DueTimePassed", standing.overdue))
    return tuple(conditions)
