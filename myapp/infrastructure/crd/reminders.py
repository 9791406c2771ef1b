"""``spec.reminders``: how people are told again that a Todo waits for them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from myapp.domain.duration import parse_duration
from myapp.domain.reminders import MOST_BEFORE_DUE, SHORTEST
from myapp.infrastructure.crd.field_types import DURATION_FORM, GO_DURATION
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, ExplainedText, UniqueItems

_AT_LEAST_A_MINUTE = CelRule(
    rule=f"self.matches(r'{GO_DURATION}') && duration(self) >= duration('1m')",
    message=f"must be a duration of at least 1m, {DURATION_FORM}",
)
_A_MINUTE_OR_NEVER = CelRule(
    rule=f"self.matches(r'{GO_DURATION}') && (duration(self) == duration('0s') || duration(self) >= duration('1m'))",
    message=f"must be a duration of at least 1m, {DURATION_FORM}, or 0s for no warning",
)

_PEOPLE_ARE_REMINDED = CelRule(
    rule="!has(self.reminders) || !(has(self.http) || has(self.job) || has(self.resource) || has(self.wait))",
    message="reminders are for what waits for people: manual and approval",
    field_path=".reminders",
)
_REMINDED_BEFORE_DUE = CelRule(
    rule="!has(self.reminders) || !has(self.reminders.beforeDue) || size(self.reminders.beforeDue) == 0"
    " || has(self.dueTime)",
    message="reminders.beforeDue needs a dueTime",
    field_path=".reminders.beforeDue",
)
# What is no duration is refused by a rule of its own; here it would be an error of the rule.
_WARNED_BEFORE_TIMEOUT = CelRule(
    rule="!has(self.reminders) || !has(self.reminders.beforeTimeout)"
    f" || !self.reminders.beforeTimeout.matches(r'{GO_DURATION}')"
    " || duration(self.reminders.beforeTimeout) == duration('0s')"
    f" || (has(self.timeout) && (!self.timeout.matches(r'{GO_DURATION}')"
    " || duration(self.reminders.beforeTimeout) < duration(self.timeout)))",
    message="reminders.beforeTimeout must be shorter than timeout, which it needs",
    field_path=".reminders.beforeTimeout",
)
REMINDER_RULES = (_PEOPLE_ARE_REMINDED, _REMINDED_BEFORE_DUE, _WARNED_BEFORE_TIMEOUT)
"""What the spec of a Todo as a whole must meet."""


def _at_least_a_minute(duration: str) -> str:
    if parse_duration(duration) < SHORTEST:
        raise ValueError(_AT_LEAST_A_MINUTE.message)
    return duration


def _a_minute_or_never(duration: str) -> str:
    if any(digit in duration for digit in "123456789") and parse_duration(duration) < SHORTEST:
        raise ValueError(_A_MINUTE_OR_NEVER.message)
    return duration


Interval = Annotated[
    str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_AT_LEAST_A_MINUTE), AfterValidator(_at_least_a_minute)
]
LeadTime = Annotated[
    str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_A_MINUTE_OR_NEVER), AfterValidator(_a_minute_or_never)
]


class Reminders(ResourceModel):
    """When people are told again that the Todo waits for them."""

    every: Interval | None = Field(
        default=None,
        description="A reminder each time that this has passed since the Todo began to wait, as a duration such as "
        "24h. At least 1m.",
    )
    before_due: Annotated[tuple[Interval, ...], Field(max_length=MOST_BEFORE_DUE), UniqueItems()] = Field(
        default=(),
        description="A reminder so long before dueTime, for each of these durations, such as [24h, 1h]. At least "
        "1m each.",
    )
    before_timeout: LeadTime | None = Field(
        default=None,
        description="How long before the timeout strikes people are warned (ExpiresSoon): at least 1m and less than "
        "timeout, or 0s for not at all. When not set a tenth of the timeout, 24h at most, and no warning where that is "
        "less than 1m.",
    )


def misfit(reminders: Reminders | None, *, for_people: bool, due: bool, timeout: str | None) -> str:
    """What the REMINDER_RULES have to say; empty where it fits."""
    if reminders is None:
        return ""
    if not for_people:
        return _PEOPLE_ARE_REMINDED.message
    if reminders.before_due and not due:
        return _REMINDED_BEFORE_DUE.message
    lead = parse_duration(reminders.before_timeout or "0s")
    if lead and (timeout is None or lead >= parse_duration(timeout)):
        return _WARNED_BEFORE_TIMEOUT.message
    return ""
