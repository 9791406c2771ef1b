"""What has become of a run, as its status records it. It is bounded: one entry per defined step, however many items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from myapp.domain.condition import Condition
from myapp.domain.decision import CancelMode, CountedDecision
from myapp.domain.dependency import DependencyState
from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason, StepReason

#: How many failures of items a status tells, and how many characters of a step's message (the CRD's bounds).
KEPT_FAILURES = 10
LONGEST_STEP_MESSAGE = 256
_PASSED_OVER = frozenset({StepReason.DEPENDENCY_FAILED, StepReason.NOT_STARTED})


class Counts(NamedTuple):
    """How many there are, and how many stand where. What has not begun is in the total only."""

    total: int = 0
    succeeded: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0
    active: int = 0

    @property
    def ended(self) -> int:
        """How many are over."""
        return self.succeeded + self.failed + self.skipped + self.cancelled


@dataclass(frozen=True, slots=True)
class ItemFailure:
    """What became of an item that failed."""

    index: int
    message: str


@dataclass(frozen=True, slots=True)
class StepStatus:
    """Where a step stands."""

    name: str
    phase: Phase = Phase.PENDING
    reason: str = ""
    """A StepReason, or what the step's todo or run gives as its reason."""
    message: str = ""
    child: str = ""
    """The name of its todo or run; empty before it is created, and of a ``forEach``."""
    in_finally: bool = False
    revision: int = 0
    """The run's revision in which it was begun, or is to begin: 0 but for what a Retry has started anew."""
    items: Counts | None = None
    """Of a ``forEach`` whose items are known."""
    created: int = 0
    """Of a ``forEach``: every item below this index is known to have been begun."""
    failures: tuple[ItemFailure, ...] = ()
    """Of a ``forEach``: the first few."""

    @property
    def passed_over(self) -> bool:
        """Whether it was skipped for what became of others, so that it satisfies nobody."""
        return self.phase is Phase.SKIPPED and self.reason in _PASSED_OVER

    @property
    def dependency_state(self) -> DependencyState:
        """What the steps that depend on it see, but for the outputs."""
        return DependencyState(self.phase, self.passed_over)


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A status. The default is that of an object which the operator has not seen yet."""

    observed_generation: int = -1
    phase: Phase = Phase.PENDING
    reason: RunReason | None = None
    message: str = ""
    start_time: datetime | None = None
    """When it was accepted; of a run that was started anew by Retry, when that was."""
    completion_time: datetime | None = None
    deadline: datetime | None = None
    """When the timeout strikes; None while the clock stands still, or there is none."""
    next_transition_time: datetime | None = None
    suspend_time: datetime | None = None
    """Since when the clock stands still: the run is suspended, or all that is under way waits for people."""
    suspended_for: timedelta = timedelta()
    """How long it stood still before, in all."""
    revision: int = 0
    """How often it was started anew by Retry."""
    cancel_mode: CancelMode | None = None
    """How it is being cancelled, or was; None where nobody wants that."""
    timed_out_at: datetime | None = None
    """When its time was over, if it was (``timeoutTime``)."""
    definition: str = ""
    """The name of the ControllerRevision that holds what it follows; empty where the run itself does."""
    service_account_name: str = ""
    requested_by: str = ""
    steps: tuple[StepStatus, ...] = ()
    """In the order of the definition, those of ``finally`` after all others."""
    outputs: Mapping[str, Scalar] = field(default_factory=dict)
    decisions: tuple[CountedDecision, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many steps stand where, those of ``finally`` among them (``status.counts``, never read back)."""
        phases = [step.phase for step in self.steps]
        return Counts(
            len(phases),
            phases.count(Phase.SUCCEEDED),
            phases.count(Phase.FAILED),
            phases.count(Phase.SKIPPED),
            phases.count(Phase.CANCELLED),
            phases.count(Phase.ACTIVE),
        )

    @property
    def progress(self) -> str:
        """How many steps have ended, of how many (``status.progress``, never read back)."""
        counts = self.counts
        return f"{counts.ended}/{counts.total}"
