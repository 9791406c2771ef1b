"""The action wait in the spec of a Todo."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from myapp.infrastructure.crd.field_types import GoDuration, Timestamp
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, validations

_ONE_END_OF_WAIT = CelRule(
    rule="has(self.duration) != has(self.until)",
    message="exactly one of duration and until must be set",
)


class Wait(ResourceModel):
    """The Todo completes itself after some time."""

    model_config = ConfigDict(json_schema_extra=validations(_ONE_END_OF_WAIT))

    duration: GoDuration | None = Field(
        default=None,
        description="How long to wait, counted from when the Todo becomes Active, as a duration such as 90s, 15m, "
        "1h30m or 72h. 0s ends at once.",
    )
    until: Timestamp | None = Field(
        default=None,
        description="The time to wait for, in RFC 3339 with a zone. A time in the past ends the wait at once.",
    )

    @model_validator(mode="after")
    def _has_one_end(self) -> Self:
        if (self.duration is None) == (self.until is None):
            raise ValueError(_ONE_END_OF_WAIT.message)
        return self
