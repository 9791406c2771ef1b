"""What a workflow consists of: shared by templates and by runs that bring their own steps."""

from typing import Annotated, Any, Literal

from pydantic import Field

from myapp.infrastructure.crd.field_types import ObjectName, PositiveGoDuration
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyValue, OrderedItems, UniqueItems
from myapp.infrastructure.crd.workflow_step import Expression, Step

MAX_FINALLY = 64
MAX_PARALLELISM = 10_000

_PARAM_NAME = r"^[A-Za-z_][A-Za-z0-9_-]*$"
_OUTPUT_NAME = r"^[A-Za-z_][A-Za-z0-9_.-]*$"


class Param(ResourceModel):
    """A parameter of a template."""

    name: Annotated[str, Field(pattern=_PARAM_NAME, max_length=63)] = Field(
        description="Name of the parameter; expressions see it as params.NAME, or params['NAME'] where it has a '-'."
    )
    type: Literal["string", "number", "boolean", "array", "object"] = Field(
        default="string", description="What it is; string when not set."
    )
    enum: Annotated[tuple[Annotated[Any, AnyValue()], ...], Field(max_length=64), OrderedItems()] = Field(
        default=(), description="The only values that are allowed."
    )
    default: Annotated[Any, AnyValue()] | None = Field(default=None, description="Its value where a run gives none.")
    required: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Whether each run must give a value. One with a default is not required."
    )
    description: Annotated[str, Field(max_length=1024)] | None = Field(
        default=None, description="What it is for, for people."
    )


class WorkflowOutput(ResourceModel):
    """One value that the workflow has to say to others."""

    name: Annotated[str, Field(pattern=_OUTPUT_NAME, max_length=63)] = Field(
        description="Name of the output: a letter or underscore, then letters, digits, '_', '-' and '.'."
    )
    value: Expression = Field(
        description="A CEL expression over params, workflow and steps['NAME'].phase and .outputs. A list or a map "
        "becomes its JSON text; null leaves the output out."
    )


class WorkflowDefinition(ResourceModel):
    """The graph of steps, and what holds for all of them."""

    finally_: Annotated[tuple[Step, ...], Field(max_length=MAX_FINALLY), UniqueItems(keys=("name",))] = Field(
        default=(),
        alias="finally",
        description="Steps that are done when all others have ended, however they ended; not after Cancel with mode "
        "Terminate. They depend on each other only.",
    )
    failure_policy: Literal["FailFast", "Continue"] | None = Field(
        default=None,
        description="What a failure means for the others. FailFast, when not set: nothing new is begun, what runs "
        "ends by itself. Continue: what does not depend on it goes on. A failure that a step accepts by dependsOn is "
        "none.",
    )
    parallelism: Annotated[int, Field(strict=True, ge=1, le=MAX_PARALLELISM)] | None = Field(
        default=None,
        description="How many steps and items are done at the same time; those that wait for people do not count. No "
        "limit when not set.",
    )
    timeout: PositiveGoDuration | None = Field(
        default=None,
        description="How long a run may take, as a duration such as 90s, 15m, 1h30m or 72h. Then what runs is "
        "cancelled, finally is done and the run is Failed with the reason TimedOut. The clock stands still while the "
        "run is suspended, and while all that it does waits for people. No limit when not set.",
    )
    outputs: Annotated[tuple[WorkflowOutput, ...], Field(max_length=32), UniqueItems(keys=("name",))] = Field(
        default=(),
        description="What a run has to say to others when it has succeeded; 4 KiB each, 32 KiB in all. A value that "
        "cannot be computed makes it Failed with OutputsError.",
    )
    service_account_name: ObjectName | None = Field(
        default=None,
        description="The service account, of the namespace, with whose rights all automated steps do what they do; "
        "default when not set.",
    )
