"""What is to be said of a template: whether it can be run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from myapp.domain.condition import Condition, ConditionType
from myapp.domain.workflow.acceptance import told


class TemplateReason(StrEnum):
    """What was found of a template: the reason of its conditions."""

    ACCEPTED = "Accepted"
    INVALID_DEFINITION = "InvalidDefinition"


@dataclass(frozen=True, slots=True)
class TemplateStatus:
    """A status. The default is that of an object which the operator has not seen yet."""

    observed_generation: int = -1
    steps: int = 0
    """How many steps it has, those of ``finally`` among them."""
    conditions: tuple[Condition, ...] = ()


def template_status(
    before: TemplateStatus, generation: int, steps: int, problems: Sequence[str], now: datetime
) -> TemplateStatus:
    """The status of a template about which this is wrong, or nothing."""
    known = {condition.type: condition for condition in before.conditions}
    reason, message = (TemplateReason.INVALID_DEFINITION, told(problems)) if problems else (TemplateReason.ACCEPTED, "")

    def condition(kind: ConditionType, *, status: bool, told_message: str) -> Condition:
        previous = known.get(kind)
        same = previous is not None and previous.status is status
        since = previous.last_transition_time if previous is not None and same else now.replace(microsecond=0)
        return Condition(kind, status, reason, told_message, since, generation)

    conditions = (
        condition(ConditionType.READY, status=not problems, told_message=message),
        condition(ConditionType.RECONCILING, status=False, told_message=""),
        condition(ConditionType.STALLED, status=bool(problems), told_message=message),
    )
    return TemplateStatus(generation, steps, conditions)
