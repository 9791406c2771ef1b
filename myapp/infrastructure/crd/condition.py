"""Conditions, as Kubernetes' API conventions define them (metav1.Condition)."""

from typing import Annotated, Literal

from pydantic import Field

from myapp.infrastructure.crd.field_types import CamelCaseReason, OperatorMessage, Timestamp
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import UniqueItems

ConditionStatus = Literal["True", "False", "Unknown"]

_QUALIFIED_NAME = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$"
)


class Condition(ResourceModel):
    """One aspect of the state, in the form that kubectl wait, Flux, Argo CD and Helm understand."""

    type: Annotated[str, Field(pattern=_QUALIFIED_NAME, max_length=316)] = Field(
        description="Aspect of the state that this condition tells about, for example Ready."
    )
    status: ConditionStatus = Field(description="Whether the condition holds: True, False, or Unknown.")
    observed_generation: Annotated[int, Field(strict=True, ge=0)] | None = Field(
        default=None,
        description="The metadata.generation that the condition was derived from; an older one means that it is out "
        "of date.",
    )
    last_transition_time: Timestamp = Field(
        description="When status last changed from one value to another. A change of reason or message alone does "
        "not count."
    )
    reason: CamelCaseReason = Field(description="Why the condition has this status: one CamelCase word, for programs.")
    message: OperatorMessage = Field(description="Why the condition has this status, as a sentence, for people.")


Conditions = Annotated[tuple[Condition, ...], Field(max_length=16), UniqueItems(keys=("type",))]
"""At most one condition of each type; those of others are kept beside the operator's own."""
