"""The status of a Todo: what the operator writes."""

from typing import Annotated, Any, Literal

from pydantic import Field

from myapp.infrastructure.crd.condition import Conditions
from myapp.infrastructure.crd.field_types import (
    CamelCaseReason,
    Comment,
    GoDuration,
    ObjectUid,
    OperatorMessage,
    Timestamp,
    Username,
)
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyValue, UniqueItems
from myapp.infrastructure.crd.todo_decision_resource import DecisionAction

Phase = Literal["Pending", "Active", "Succeeded", "Failed", "Skipped", "Cancelled"]

MAX_ATTEMPTS = 10
"""How many attempts a status keeps."""

MAX_ATTEMPT_MESSAGE = 512
"""Characters of the message of an attempt."""

MAX_REFERENCES = 8
MAX_REFERENCE = 512
"""Characters of a reference."""

NOT_YET_SEEN = -1
"""The observedGeneration of a Todo that the operator has not seen: kstatus (Flux, Helm) then reports InProgress."""


class AppliedDecision(ResourceModel):
    """A decision that took effect on the Todo."""

    uid: ObjectUid = Field(description="The metadata.uid of the TodoDecision; a decision is applied once.")
    action: DecisionAction = Field(description="What was decided.")
    username: Username = Field(description="Who decided, as the API server authenticated them.")
    time: Timestamp = Field(description="When the decision was created.")
    message: Comment | None = Field(default=None, description="What the person had to say about it.")
    groups: Annotated[tuple[Username, ...], Field(max_length=16)] = Field(
        default=(), description="The groups among the approvers for which a vote counts."
    )


class Attempt(ResourceModel):
    """An attempt that is over."""

    attempt: Annotated[int, Field(strict=True, ge=1, le=1000)] = Field(description="Which attempt it was, from 1.")
    reason: CamelCaseReason = Field(description="Why it ended as it did: one CamelCase word, for programs.")
    message: Annotated[str, Field(max_length=MAX_ATTEMPT_MESSAGE)] | None = Field(
        default=None, description="Why it ended as it did, as a sentence, for people."
    )
    start_time: Timestamp = Field(description="When it began.")
    completion_time: Timestamp = Field(description="When it ended.")
    retry_time: Timestamp | None = Field(
        default=None, description="When the next attempt was to begin; not set where none follows."
    )


class Effect(ResourceModel):
    """What the latest attempt has done outside of the Todo."""

    references: Annotated[
        dict[str, Annotated[str, Field(max_length=MAX_REFERENCE)]], Field(max_length=MAX_REFERENCES)
    ] = Field(
        default_factory=dict,
        description="What the attempt has created or uses, by what it is: for a Job its name and uid.",
    )
    withdrawing: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="True while the attempt is over and what it has begun is still to be ended.",
    )


class TodoStatus(ResourceModel):
    """How far the Todo is and why, as the operator sees it."""

    observed_generation: Annotated[int, Field(strict=True, ge=NOT_YET_SEEN)] = Field(
        default=NOT_YET_SEEN,
        description="The metadata.generation that this status was derived from; -1 as long as the operator has not "
        "seen the Todo.",
    )
    phase: Phase | None = Field(
        default=None,
        description="Where the Todo stands. Pending: waits to become Active. Active: is being done. Succeeded, "
        "Failed, Skipped, Cancelled: has ended, for good.",
    )
    reason: CamelCaseReason | None = Field(
        default=None,
        description="Why the Todo is in its phase. Pending: WaitingForDependency, DependencyNotFound, "
        "WaitingForStartTime, Suspended, DependencyCycle, InvalidSpec, and what a dry run of its work has said: "
        "InvalidTemplate, InvalidManifest, FieldConflict, Forbidden, AutomationNotAllowed, AdmissionRefused, "
        "KindNotFound. Active: AwaitingDecision, Waiting, Suspended, "
        "Starting, BackingOff, Unavailable, Refused, InternalError; of a Job Running, JobSuspended, ImagePullFailed, "
        "Unschedulable, PodRefused, PodNotStarted; of what is not accepted for the time being QuotaExceeded, "
        "AdmissionRefused, Forbidden, AutomationNotAllowed, NamespaceTerminating, NameConflict, WaitingForCleanup, "
        "KindNotFound, ObjectNotFound; of an object WaitingForObject. Ended: Completed, Approved, Rejected, TimedOut, "
        "DependencyFailed, WhenFalse, WhenError, OutputsError, SkippedByDecision, CancelledByDecision, "
        "WorkflowCancelled; of a Job "
        "JobFailed, PodLost, PodNotStarted, DeadlineExceeded, ResultLost, InvalidOutputs, InvalidTemplate; of an "
        "object ObjectFailed, ObjectReplaced, FieldConflict, InvalidManifest, ResultLost. Of a request Polling, "
        "SecretNotFound, InvalidSecret, NameNotResolved; ended RequestRefused, ConditionNotMet, ServerError, "
        "RequestTimedOut, ConnectionFailed, TLSFailed, AddressNotAllowed, RedirectRefused, InvalidResponse, "
        "ResponseTooLarge.",
    )
    message: OperatorMessage | None = Field(
        default=None, description="The reason as one sentence; it names what the Todo waits for."
    )
    attempt: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = Field(
        default=None, description="How often the action has been started, the present attempt included."
    )
    start_time: Timestamp | None = Field(default=None, description="When the Todo became Active for the first time.")
    attempt_start_time: Timestamp | None = Field(
        default=None, description="When the latest attempt began, if it is not the first."
    )
    completion_time: Timestamp | None = Field(default=None, description="When the Todo ended.")
    deadline: Timestamp | None = Field(
        default=None,
        description="When timeout ends the attempt; it moves when the Todo is resumed after a suspension. Not set "
        "between two attempts.",
    )
    next_transition_time: Timestamp | None = Field(
        default=None,
        description="When the operator will look at the Todo again by itself, at the earliest event it knows of.",
    )
    suspend_time: Timestamp | None = Field(
        default=None, description="Since when the Todo is suspended; not set while it is not."
    )
    suspended_for: GoDuration | None = Field(
        default=None,
        description="How long the Todo has been suspended during the latest attempt, the present suspension not "
        "included.",
    )
    effect: Effect | None = Field(
        default=None, description="What the latest attempt of an automated action has done outside of the Todo."
    )
    attempts: Annotated[tuple[Attempt, ...], Field(max_length=MAX_ATTEMPTS), UniqueItems(keys=("attempt",))] = Field(
        default=(),
        description="The latest attempts that are over, where there was or is more than one: what became of each.",
    )
    last_reminder_time: Timestamp | None = Field(
        default=None,
        description="The moment of the latest reminder that was sent (spec.reminders); one that is late keeps its "
        "moment.",
    )
    warned_deadline: Timestamp | None = Field(
        default=None, description="The deadline that people were warned of; one that moves is warned of anew."
    )
    claimed_by: Username | None = Field(
        default=None, description="Who has claimed the Todo and not released it. A claim is no right."
    )
    requester: Username | None = Field(
        default=None,
        description="For an approval: who created the Todo, as the API server proved it, or unproven; then nobody can "
        "be kept from approving what they asked for themselves.",
    )
    outputs: Annotated[dict[str, Annotated[Any, AnyValue()]], Field(max_length=32)] = Field(
        default_factory=dict,
        description="What the Todo has to say to others, by name: what spec.outputs gave, else what a "
        "person filled in or a Job's termination message holds. 4 KiB each, 32 KiB in all.",
    )
    decisions: Annotated[tuple[AppliedDecision, ...], Field(max_length=64), UniqueItems(keys=("uid",))] = Field(
        default=(),
        description="The decisions that took effect: who did what, when, and what they said. Of very many, the oldest "
        "comments, claims and suspensions are left out here.",
    )
    conditions: Conditions = Field(
        default=(),
        description="The state in the form that kubectl wait, Flux, Argo CD and Helm understand: Ready, Reconciling, "
        "Stalled, Complete, Failed and Overdue.",
    )
