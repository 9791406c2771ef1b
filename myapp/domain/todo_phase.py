"""The phases of a todo and which may follow which: few phases, many reasons."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from myapp.domain.errors import IllegalTransitionError


class Phase(StrEnum):
    """Where a todo stands. The last four are final: what follows them, follows by a person's ``Retry`` alone."""

    PENDING = "Pending"
    ACTIVE = "Active"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    CANCELLED = "Cancelled"

    final: bool
    """Whether nothing follows this phase by itself. An attribute, because it is asked of every step in every pass."""

    def __init__(self, value: str) -> None:
        self.final = value not in ("Pending", "Active")

    @property
    def takes_decisions(self) -> bool:
        """Whether a decision can lead anywhere from here; from an end only a ``Retry`` can, and only from Failed."""
        return bool(NEXT_PHASES[self])


FINAL_PHASES = frozenset({Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED})
NEXT_PHASES: Mapping[Phase, frozenset[Phase]] = MappingProxyType(
    {
        Phase.PENDING: frozenset({Phase.ACTIVE}) | FINAL_PHASES,
        Phase.ACTIVE: FINAL_PHASES,
        **{phase: frozenset[Phase]() for phase in FINAL_PHASES},
        Phase.FAILED: frozenset({Phase.ACTIVE}),  # by the decision Retry
    }
)


class Reason(StrEnum):
    """Why a todo stands where it stands: CamelCase, as the API conventions ask of condition reasons."""

    INVALID_SPEC = "InvalidSpec"
    DEPENDENCY_CYCLE = "DependencyCycle"
    SUSPENDED = "Suspended"
    DEPENDENCY_NOT_FOUND = "DependencyNotFound"
    WAITING_FOR_DEPENDENCY = "WaitingForDependency"
    WAITING_FOR_START_TIME = "WaitingForStartTime"
    AWAITING_DECISION = "AwaitingDecision"
    WAITING = "Waiting"
    STARTING = "Starting"
    """An effect was begun, and nothing is known of it yet."""
    BACKING_OFF = "BackingOff"
    """An attempt was not successful, and the next one has not begun."""
    UNAVAILABLE = "Unavailable"
    """What an effect needs gives no answer."""
    REFUSED = "Refused"
    """The API server refuses what an effect needs."""
    INTERNAL_ERROR = "InternalError"
    """The operator has a defect."""
    COMPLETED = "Completed"
    TIMED_OUT = "TimedOut"
    DEPENDENCY_FAILED = "DependencyFailed"
    WHEN_FALSE = "WhenFalse"
    WHEN_ERROR = "WhenError"
    OUTPUTS_ERROR = "OutputsError"
    """The action has succeeded, and what it has to say cannot be told as ``spec.outputs`` asks, or is too large."""
    APPROVED = "Approved"
    REJECTED = "Rejected"
    SKIPPED_BY_DECISION = "SkippedByDecision"
    CANCELLED_BY_DECISION = "CancelledByDecision"
    WORKFLOW_CANCELLED = "WorkflowCancelled"
    """Its workflow is being cancelled, or its time was over."""
    # Of a Job that is under way.
    RUNNING = "Running"
    JOB_SUSPENDED = "JobSuspended"
    IMAGE_PULL_FAILED = "ImagePullFailed"
    UNSCHEDULABLE = "Unschedulable"
    POD_REFUSED = "PodRefused"
    POD_NOT_STARTED = "PodNotStarted"
    # Of what the API server does not accept, for the time being.
    QUOTA_EXCEEDED = "QuotaExceeded"
    ADMISSION_REFUSED = "AdmissionRefused"
    FORBIDDEN = "Forbidden"
    AUTOMATION_NOT_ALLOWED = "AutomationNotAllowed"
    NAMESPACE_TERMINATING = "NamespaceTerminating"
    NAME_CONFLICT = "NameConflict"
    WAITING_FOR_CLEANUP = "WaitingForCleanup"
    # Of a Job that has ended badly.
    JOB_FAILED = "JobFailed"
    POD_LOST = "PodLost"
    DEADLINE_EXCEEDED = "DeadlineExceeded"
    RESULT_LOST = "ResultLost"
    INVALID_OUTPUTS = "InvalidOutputs"
    INVALID_TEMPLATE = "InvalidTemplate"
    # Of an object that a todo is about.
    WAITING_FOR_OBJECT = "WaitingForObject"
    KIND_NOT_FOUND = "KindNotFound"
    OBJECT_NOT_FOUND = "ObjectNotFound"
    FIELD_CONFLICT = "FieldConflict"
    INVALID_MANIFEST = "InvalidManifest"
    OBJECT_FAILED = "ObjectFailed"
    OBJECT_REPLACED = "ObjectReplaced"
    # Of a request over HTTP, and of what it needs.
    POLLING = "Polling"
    SECRET_NOT_FOUND = "SecretNotFound"  # noqa: S105 - a reason
    INVALID_SECRET = "InvalidSecret"  # noqa: S105 - a reason
    NAME_NOT_RESOLVED = "NameNotResolved"
    ADDRESS_NOT_ALLOWED = "AddressNotAllowed"
    CONNECTION_FAILED = "ConnectionFailed"
    TLS_FAILED = "TLSFailed"
    REQUEST_TIMED_OUT = "RequestTimedOut"
    SERVER_ERROR = "ServerError"
    REQUEST_REFUSED = "RequestRefused"
    CONDITION_NOT_MET = "ConditionNotMet"
    INVALID_RESPONSE = "InvalidResponse"
    RESPONSE_TOO_LARGE = "ResponseTooLarge"
    REDIRECT_REFUSED = "RedirectRefused"


#: What a dry run may say of a todo that waits, beside what it waits for.
FORESEEN_REASONS = frozenset(
    {
        Reason.INVALID_TEMPLATE,
        Reason.INVALID_MANIFEST,
        Reason.FIELD_CONFLICT,
        Reason.FORBIDDEN,
        Reason.AUTOMATION_NOT_ALLOWED,
        Reason.ADMISSION_REFUSED,
        Reason.KIND_NOT_FOUND,
    }
)
_WHILE_ACTIVE = frozenset(
    {
        Reason.INVALID_SPEC,
        Reason.SUSPENDED,
        Reason.AWAITING_DECISION,
        Reason.WAITING,
        Reason.STARTING,
        Reason.BACKING_OFF,
        Reason.UNAVAILABLE,
        Reason.REFUSED,
        Reason.INTERNAL_ERROR,
        Reason.RUNNING,
        Reason.JOB_SUSPENDED,
        Reason.IMAGE_PULL_FAILED,
        Reason.UNSCHEDULABLE,
        Reason.POD_REFUSED,
        Reason.POD_NOT_STARTED,
        Reason.QUOTA_EXCEEDED,
        Reason.ADMISSION_REFUSED,
        Reason.FORBIDDEN,
        Reason.AUTOMATION_NOT_ALLOWED,
        Reason.NAMESPACE_TERMINATING,
        Reason.NAME_CONFLICT,
        Reason.WAITING_FOR_CLEANUP,
        Reason.WAITING_FOR_OBJECT,
        Reason.KIND_NOT_FOUND,
        Reason.OBJECT_NOT_FOUND,
        Reason.POLLING,
        Reason.SECRET_NOT_FOUND,
        Reason.INVALID_SECRET,
        Reason.NAME_NOT_RESOLVED,
    }
)
_OF_FAILURE = frozenset(
    {
        Reason.TIMED_OUT,
        Reason.REJECTED,
        Reason.WHEN_ERROR,
        Reason.OUTPUTS_ERROR,
        Reason.JOB_FAILED,
        Reason.POD_LOST,
        Reason.POD_NOT_STARTED,
        Reason.DEADLINE_EXCEEDED,
        Reason.RESULT_LOST,
        Reason.INVALID_OUTPUTS,
        Reason.INVALID_TEMPLATE,
        Reason.FIELD_CONFLICT,
        Reason.INVALID_MANIFEST,
        Reason.OBJECT_FAILED,
        Reason.OBJECT_REPLACED,
        Reason.ADDRESS_NOT_ALLOWED,
        Reason.CONNECTION_FAILED,
        Reason.TLS_FAILED,
        Reason.REQUEST_TIMED_OUT,
        Reason.SERVER_ERROR,
        Reason.REQUEST_REFUSED,
        Reason.CONDITION_NOT_MET,
        Reason.INVALID_RESPONSE,
        Reason.RESPONSE_TOO_LARGE,
        Reason.REDIRECT_REFUSED,
    }
)
#: Which reasons a phase can have. It bounds the number of series of the metrics; a new reason has its place here.
REASONS: Mapping[Phase, frozenset[Reason]] = MappingProxyType(
    {
        Phase.PENDING: frozenset(
            {
                Reason.INVALID_SPEC,
                Reason.DEPENDENCY_CYCLE,
                Reason.SUSPENDED,
                Reason.DEPENDENCY_NOT_FOUND,
                Reason.WAITING_FOR_DEPENDENCY,
                Reason.WAITING_FOR_START_TIME,
            }
        )
        | FORESEEN_REASONS,
        Phase.ACTIVE: _WHILE_ACTIVE,
        Phase.SUCCEEDED: frozenset({Reason.COMPLETED, Reason.APPROVED, Reason.TIMED_OUT}),
        Phase.FAILED: _OF_FAILURE,
        Phase.SKIPPED: frozenset(
            {Reason.DEPENDENCY_FAILED, Reason.WHEN_FALSE, Reason.SKIPPED_BY_DECISION, Reason.TIMED_OUT}
        ),
        Phase.CANCELLED: frozenset({Reason.CANCELLED_BY_DECISION, Reason.WORKFLOW_CANCELLED}),
    }
)

#: Reasons for which somebody must change an object before anything can go on (kstatus: Failed).
REFUSED_REASONS = frozenset(
    {Reason.INVALID_SPEC, Reason.DEPENDENCY_CYCLE, Reason.NAME_CONFLICT, Reason.INVALID_TEMPLATE}
)


def check_transition(before: Phase, after: Phase) -> None:
    """Raise IllegalTransitionError unless ``after`` equals ``before`` or may follow it."""
    if after is not before and after not in NEXT_PHASES[before]:
        raise IllegalTransitionError(f"{after} cannot follow {before}")
