"""What has become of a todo, as its status records it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from myapp.domain.attempts import AttemptRecord
from myapp.domain.condition import Condition
from myapp.domain.decision import CountedDecision
from myapp.domain.dependency import DependencyState
from myapp.domain.effect import NO_EFFECT, EffectRecord
from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase, Reason

#: The requester of a todo of which nobody proved who created it.
UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class TodoStatus:
    """A status. The default is that of an object which the operator has not seen yet.

    All times are absolute and to the millisecond, so that a restart forgets nothing.
    """

    observed_generation: int = -1
    phase: Phase = Phase.PENDING
    reason: Reason | None = None
    message: str = ""
    attempt: int = 0
    """1 from the first time the todo is active; 0, which is not shown, before."""
    start_time: datetime | None = None
    """When the todo became active for the first time."""
    attempt_start_time: datetime | None = None
    """When the present attempt began; None for the first, which begins with the todo."""
    completion_time: datetime | None = None
    deadline: datetime | None = None
    """When the timeout strikes; None while it is suspended, between two attempts, or has none."""
    next_transition_time: datetime | None = None
    """When something will happen by itself."""
    suspend_time: datetime | None = None
    """Since when an active todo is suspended."""
    suspended_for: timedelta = timedelta()
    """How long an active todo was suspended before, in all, during the present attempt."""
    effect: EffectRecord = NO_EFFECT
    """Of the latest attempt."""
    attempts: tuple[AttemptRecord, ...] = ()
    """Those that are over, where there was or is more than one."""
    last_reminder_time: datetime | None = None
    """The moment of the latest reminder that was sent; all before it are settled."""
    warned_deadline: datetime | None = None
    """The deadline that people were warned of."""
    claimed_by: str = ""
    requester: str = ""
    """For an approval: who asked for it; see UNPROVEN."""
    outputs: Mapping[str, Scalar] = field(default_factory=dict)
    decisions: tuple[CountedDecision, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def between_attempts(self) -> bool:
        """Whether an active todo has one attempt behind it and has not begun the next."""
        over = bool(self.attempts) and self.attempts[-1].attempt == self.attempt
        return over and self.phase is Phase.ACTIVE

    def dependency_state(self) -> DependencyState:
        """The part that dependents look at."""
        return DependencyState.of(self.phase, self.reason)
