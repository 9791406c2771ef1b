"""When a Todo is attempted again, in its spec."""

from typing import Annotated, Literal

from pydantic import Field

from myapp.infrastructure.crd.field_types import PositiveGoDuration
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import UniqueItems

FailureKind = Literal["Error", "Failure", "Timeout"]


class RetryBackoff(ResourceModel):
    """How long to wait between two attempts."""

    initial: PositiveGoDuration = Field(default="10s", description="How long to wait after the first attempt.")
    factor: Annotated[float, Field(strict=True, ge=1, le=10)] = Field(
        default=2.0, description="By how much longer to wait after each further attempt."
    )
    max: PositiveGoDuration = Field(default="5m", description="The longest wait.")
    jitter: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        default=0.1,
        description="The part of a wait by which it may be shorter, so that Todos that failed together do not come "
        "back together. It is drawn once for each attempt of a Todo.",
    )


class Retry(ResourceModel):
    """When an attempt that ended badly is followed by another."""

    max_attempts: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        description="How many attempts there are at most, the first included."
    )
    on: Annotated[tuple[FailureKind, ...], Field(min_length=1, max_length=3), UniqueItems()] = Field(
        default=("Error", "Timeout"),
        description="Which ends of an attempt are followed by another. Error: the infrastructure failed. Failure: the "
        "work itself did, as by an exit code. Timeout: the attempt took longer than timeout. Quote the key in YAML "
        '("on"): there a bare on means true.',
    )
    backoff: RetryBackoff | None = Field(
        default=None, description="How long to wait between two attempts; 10s, 20s, 40s up to 5m when not set."
    )
