"""Everything that a verdict on a todo is based on, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.active_clock import ActiveClock
from myapp.domain.counted_decisions import held_by, kept
from myapp.domain.decision import CountedDecision, Decision
from myapp.domain.dependency import DependencyState
from myapp.domain.effect import NO_EFFECT, News, Withdrawn
from myapp.domain.expression import Expression
from myapp.domain.form import Scalar
from myapp.domain.outputs import CompiledOutputs
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import UNPROVEN, TodoStatus

#: Reasons of an active todo that say nothing of how far its action is.
_OF_NO_ACTION = frozenset({Reason.SUSPENDED, Reason.INVALID_SPEC, Reason.BACKING_OFF})


@dataclass(frozen=True, slots=True)
class Related:
    """What a todo must know of others."""

    dependencies: Mapping[str, DependencyState] = field(default_factory=dict)
    """By name; a dependency that does not exist has no entry."""
    loop: tuple[str, ...] = ()
    """The dependency loop that the todo is a member of, from itself to itself; empty where there is none."""
    awaited: bool = False
    """Whether an unfinished todo depends on this one."""
    ended_by_run: str = ""
    """Why the workflow that it is a step of ends what it has under way; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A todo, what has become of it, what surrounds it, and the time."""

    todo: TodoEntry
    status: TodoStatus
    related: Related
    counted: tuple[CountedDecision, ...]
    now: datetime
    news: News | None = None
    """The latest that is known about the effect of the present attempt; None where nothing is."""
    when: Expression | None = None
    """What says whether the todo is done at all; None where nothing does."""
    outputs: CompiledOutputs = field(default_factory=dict)
    """What computes the todo's outputs."""
    timeout_strikes: bool = True
    """False to look at the todo as if its deadline had not passed: a decision made in time is judged so."""

    @property
    def suspended_by(self) -> str:
        """What holds the todo where it is: the spec, or a person; empty where nothing does."""
        if self.todo.suspend:
            return "spec.suspend"
        held = held_by(self.counted)
        return "" if held is None else f"{held.username}{f': {held.message}' if held.message else ''}"

    @property
    def clock(self) -> ActiveClock:
        """The todo's clock, running or not as it is now; one that starts now where the todo is not active yet."""
        clock = ActiveClock.of(self.status, self.todo.began_at or self.now)
        suspended = self.suspended_by and self.status.phase is Phase.ACTIVE
        return clock.stopped(self.now) if suspended else clock.running(self.now)

    @property
    def deadline(self) -> datetime | None:
        """When the timeout strikes, were the todo active now; never between two attempts."""
        return None if self.status.between_attempts else self.clock.strikes_at(self.todo.timeout)

    @property
    def requester(self) -> str:
        """Who created the todo; empty where nobody proved it. What was known first stays, after a restore too."""
        known = self.status.requester
        return known if known not in ("", UNPROVEN) else self.todo.requester

    @property
    def view(self) -> ActiveView:
        """What the action sees."""
        assignees, clock = tuple(map(str, self.todo.assignees)), self.clock
        return ActiveView(
            active_since=clock.started_at,
            stood_still=clock.stood_still,
            counted=self.counted,
            assignees=assignees,
            requester=self.requester,
            now=self.now,
            attempt=max(self.status.attempt, 1),
            report=None if isinstance(self.news, Withdrawn) else self.news,
            told=self._told,
        )

    @property
    def _told(self) -> Ongoing | None:
        status = self.status
        if status.phase is not Phase.ACTIVE or status.reason is None or status.reason in _OF_NO_ACTION:
            return None
        return Ongoing(status.reason, status.message)

    @property
    def withdrawn(self) -> bool:
        """Whether nothing of an attempt that is over goes on."""
        return not self.status.effect.withdrawing or isinstance(self.news, Withdrawn)

    def advanced(self) -> "Situation":
        """The situation in which the next attempt has begun, where it is time for it; else this very one."""
        status = self.status
        if not status.between_attempts or self.suspended_by or not self.withdrawn:
            return self
        retry_at = status.attempts[-1].retry_time
        if retry_at is not None and self.now < retry_at:
            return self
        begun = replace(
            status,
            attempt=status.attempt + 1,
            attempt_start_time=self.now,
            suspend_time=None,
            suspended_for=timedelta(),
            effect=NO_EFFECT,
            reason=None,
            message="",
        )
        return replace(self, status=begun, news=None)

    def counting(self, decision: Decision) -> "Situation":
        """The same situation with one more decision applied."""
        counted = (*self.counted, decision.counted(self.todo.action.groups_that_matter))
        return replace(self, counted=kept(counted))

    def without_timeout(self) -> "Situation":
        """The same situation as if the deadline had not passed."""
        return replace(self, timeout_strikes=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a todo stands in a situation."""

    phase: Phase
    reason: Reason
    message: str
    look_again_at: datetime | None = None
    """When time alone can change the verdict."""
    outputs: Mapping[str, Scalar] = field(default_factory=dict)
    attempt_ended: Ended | None = None
    """How the present attempt ended, where the todo goes on and waits for the next."""
    unsettled: bool = False
    """True where it is too early to say anything: nothing is written, and one looks again."""
