"""The status of a TodoWorkflow: what the operator writes. The plan as a whole stands here."""

from typing import Annotated, Any, Literal

from pydantic import Field

from myapp.infrastructure.crd.condition import Conditions
from myapp.infrastructure.crd.field_types import (
    CamelCaseReason,
    GoDuration,
    ObjectName,
    OperatorMessage,
    Timestamp,
    Username,
)
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyValue, OrderedItems, UniqueItems
from myapp.infrastructure.crd.todo_decision_resource import CancelMode
from myapp.infrastructure.crd.todo_status import NOT_YET_SEEN, AppliedDecision
from myapp.infrastructure.crd.workflow_definition import MAX_FINALLY
from myapp.infrastructure.crd.workflow_step import MAX_STEPS, StepName

MAX_STEP_MESSAGE = 256
"""Characters of what is said of a step: 564 of them must fit into one object."""

MAX_FAILURES = 10
"""Items of a forEach whose failures are told."""

RunPhase = Literal["Pending", "Active", "Succeeded", "Failed", "Cancelled"]
StepPhase = Literal["Pending", "Active", "Succeeded", "Failed", "Skipped", "Cancelled"]
StepMessage = Annotated[str, Field(max_length=MAX_STEP_MESSAGE)]
Count = Annotated[int, Field(strict=True, ge=0)]


class Counts(ResourceModel):
    """How many there are, and how they have ended so far."""

    total: Count = Field(default=0, description="How many there are.")
    active: Count = Field(default=0, description="How many are being done.")
    succeeded: Count = Field(default=0, description="How many have succeeded.")
    failed: Count = Field(default=0, description="How many have failed.")
    skipped: Count = Field(default=0, description="How many were skipped.")
    cancelled: Count = Field(default=0, description="How many were cancelled.")


class ItemFailure(ResourceModel):
    """An item of a forEach that has failed."""

    index: Count = Field(description="Which item it is, from 0.")
    message: StepMessage = Field(default="", description="Why it has failed.")


class StepStatus(ResourceModel):
    """How far one step is."""

    name: StepName = Field(description="Name of the step.")
    phase: StepPhase = Field(default="Pending", description="Where the step stands, in the words of a Todo.")
    reason: CamelCaseReason | None = Field(
        default=None,
        description="Why it stands there. Of its own: WaitingForDependency, WaitingForSlot, Suspended, Starting, "
        "Running, AwaitingDecision, Completed, DependencyFailed, WhenFalse, WhenError, NotStarted, ItemsError, "
        "ValuesError, ChildDeleted, ItemsFailed, ItemsCancelled, ItemsSkipped; else what its Todo says.",
    )
    message: StepMessage | None = Field(default=None, description="The reason as one sentence.")
    todo: ObjectName | None = Field(
        default=None, description="Name of its Todo, or of the TodoWorkflow where it runs another workflow."
    )
    finally_: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, alias="finally", description="True for a step of finally."
    )
    revision: Count | None = Field(default=None, description="How often it was begun anew by Retry.")
    items: Counts | None = Field(default=None, description="With forEach: how its items have fared.")
    created: Count | None = Field(default=None, description="With forEach: every item before this one has been begun.")
    failures: Annotated[tuple[ItemFailure, ...], Field(max_length=MAX_FAILURES), OrderedItems()] = Field(
        default=(), description=f"With forEach: the first {MAX_FAILURES} items that have failed."
    )


class TodoWorkflowStatus(ResourceModel):
    """How far the run is and why, as the operator sees it."""

    observed_generation: Annotated[int, Field(strict=True, ge=NOT_YET_SEEN)] = Field(
        default=NOT_YET_SEEN,
        description="The metadata.generation that this status was derived from; -1 as long as the operator has not "
        "seen the run.",
    )
    phase: RunPhase | None = Field(
        default=None,
        description="Where the run stands. Pending: not accepted yet, or not acceptable. Active: is being done. "
        "Succeeded, Failed, Cancelled: has ended; Retry makes a failed one Active again.",
    )
    reason: CamelCaseReason | None = Field(
        default=None,
        description="Why the run is in its phase. Pending: TemplateNotFound, InvalidSpec, InvalidDefinition, "
        "InvalidParams, Suspended, WaitingForCleanup, NameConflict. Active: Running, AwaitingDecision, RunningFinally, "
        "Cancelling, TimingOut, Suspended, WaitingForCleanup, NameConflict, NotAllowed. Ended: Completed, StepFailed, "
        "FinallyFailed, TimedOut, OutputsError, DefinitionLost, Cancelled.",
    )
    message: OperatorMessage | None = Field(default=None, description="The reason as one sentence.")
    progress: Annotated[str, Field(max_length=32)] | None = Field(
        default=None, description="How many steps have ended, of how many, as 3/5."
    )
    start_time: Timestamp | None = Field(default=None, description="When the run was accepted.")
    completion_time: Timestamp | None = Field(default=None, description="When the run ended.")
    deadline: Timestamp | None = Field(
        default=None, description="When timeout ends the run; it moves while the run's clock stands still."
    )
    next_transition_time: Timestamp | None = Field(
        default=None, description="When the operator will look at the run again by itself."
    )
    timeout_time: Timestamp | None = Field(default=None, description="When the run's time was over, if it was.")
    suspend_time: Timestamp | None = Field(
        default=None, description="Since when the run's clock stands still; not set while it runs."
    )
    suspended_for: GoDuration | None = Field(
        default=None, description="How long the run's clock has stood still, the present time not included."
    )
    revision: Count | None = Field(default=None, description="How often Retry has begun failed steps anew.")
    cancel_mode: CancelMode | None = Field(default=None, description="How the run is cancelled, if it is.")
    counts: Counts | None = Field(default=None, description="How many steps there are and how they have fared.")
    definition: ObjectName | None = Field(
        default=None,
        description="Name of the ControllerRevision that keeps the definition with which the run was started; not set "
        "for one that brings its own steps.",
    )
    service_account_name: ObjectName | None = Field(
        default=None, description="The service account with whose rights its automated steps do what they do."
    )
    requested_by: Username | None = Field(
        default=None, description="Who started the run, as the API server proved it; not set for machines."
    )
    steps: Annotated[tuple[StepStatus, ...], Field(max_length=MAX_STEPS + MAX_FINALLY), OrderedItems()] = Field(
        default=(), description="Each step that is defined, in that order, those of finally last."
    )
    outputs: Annotated[dict[str, Annotated[Any, AnyValue()]], Field(max_length=32)] = Field(
        default_factory=dict, description="What the run has to say to others, by name."
    )
    decisions: Annotated[tuple[AppliedDecision, ...], Field(max_length=64), UniqueItems(keys=("uid",))] = Field(
        default=(), description="The decisions that took effect: who did what, when, and what they said."
    )
    conditions: Conditions = Field(
        default=(),
        description="The state in the form that kubectl wait, Flux, Argo CD and Helm understand: Ready, Reconciling, "
        "Stalled, Complete and Failed.",
    )
