"""Why a run, or a step of it, stands where it stands. The phases are those of todos."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from myapp.domain.todo_phase import Phase


class RunReason(StrEnum):
    """Of a run."""

    INVALID_SPEC = "InvalidSpec"
    """The object itself cannot be understood."""
    INVALID_DEFINITION = "InvalidDefinition"
    INVALID_PARAMS = "InvalidParams"
    TEMPLATE_NOT_FOUND = "TemplateNotFound"
    DEFINITION_LOST = "DefinitionLost"
    """What it had kept of its template is gone."""
    SUSPENDED = "Suspended"
    RUNNING = "Running"
    AWAITING_DECISION = "AwaitingDecision"
    """All that is under way waits for people."""
    RUNNING_FINALLY = "RunningFinally"
    CANCELLING = "Cancelling"
    TIMING_OUT = "TimingOut"
    """Its time is over, and what was under way is being ended."""
    WAITING_FOR_CLEANUP = "WaitingForCleanup"
    NAME_CONFLICT = "NameConflict"
    NOT_ALLOWED = "NotAllowed"
    """The operator may not create what a step needs."""
    COMPLETED = "Completed"
    STEP_FAILED = "StepFailed"
    FINALLY_FAILED = "FinallyFailed"
    TIMED_OUT = "TimedOut"
    OUTPUTS_ERROR = "OutputsError"
    CANCELLED = "Cancelled"


class StepReason(StrEnum):
    """Of a step, where its todo does not say it, or there is none."""

    WAITING_FOR_DEPENDENCY = "WaitingForDependency"
    WAITING_FOR_SLOT = "WaitingForSlot"
    """As many are under way as ``parallelism`` allows."""
    SUSPENDED = "Suspended"
    STARTING = "Starting"
    """It is ready, and its todo is being created."""
    RUNNING = "Running"
    AWAITING_DECISION = "AwaitingDecision"
    COMPLETED = "Completed"
    DEPENDENCY_FAILED = "DependencyFailed"
    WHEN_FALSE = "WhenFalse"
    NOT_STARTED = "NotStarted"
    """Nothing new started any more: after a failure, a cancellation, or a timeout."""
    WHEN_ERROR = "WhenError"
    ITEMS_ERROR = "ItemsError"
    VALUES_ERROR = "ValuesError"
    """An expression in it has no value, or the values do not make a todo."""
    CHILD_DELETED = "ChildDeleted"
    ITEMS_FAILED = "ItemsFailed"
    ITEMS_CANCELLED = "ItemsCancelled"
    ITEMS_SKIPPED = "ItemsSkipped"


#: Which reasons a run's phase can have; bounds the number of series of the metrics.
RUN_REASONS: Mapping[Phase, frozenset[RunReason]] = MappingProxyType(
    {
        Phase.PENDING: frozenset(
            {
                RunReason.INVALID_SPEC,
                RunReason.INVALID_DEFINITION,
                RunReason.INVALID_PARAMS,
                RunReason.TEMPLATE_NOT_FOUND,
                RunReason.SUSPENDED,
                RunReason.WAITING_FOR_CLEANUP,
                RunReason.NAME_CONFLICT,
                RunReason.NOT_ALLOWED,
            }
        ),
        Phase.ACTIVE: frozenset(
            {
                RunReason.INVALID_SPEC,
                RunReason.INVALID_DEFINITION,  # to an operator that knows better than the one that began it
                RunReason.SUSPENDED,
                RunReason.RUNNING,
                RunReason.AWAITING_DECISION,
                RunReason.RUNNING_FINALLY,
                RunReason.CANCELLING,
                RunReason.TIMING_OUT,
                RunReason.WAITING_FOR_CLEANUP,
                RunReason.NAME_CONFLICT,
                RunReason.NOT_ALLOWED,
            }
        ),
        Phase.SUCCEEDED: frozenset({RunReason.COMPLETED}),
        Phase.FAILED: frozenset(
            {
                RunReason.STEP_FAILED,
                RunReason.FINALLY_FAILED,
                RunReason.TIMED_OUT,
                RunReason.OUTPUTS_ERROR,
                RunReason.DEFINITION_LOST,
            }
        ),
        Phase.CANCELLED: frozenset({RunReason.CANCELLED}),
    }
)

#: For which somebody must change something before the run can go on (kstatus: Failed).
REFUSED_RUN_REASONS = frozenset(
    {
        RunReason.INVALID_SPEC,
        RunReason.INVALID_DEFINITION,
        RunReason.INVALID_PARAMS,
        RunReason.NAME_CONFLICT,
        RunReason.NOT_ALLOWED,
    }
)
