"""What every kind of action answers: how far is it, seen from an active todo?

An action is asked on every reconcile and must answer the same to the same question. It does nothing itself: what has
an effect outside says so in its answer, and the application acts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from myapp.domain.action_expressions import ActionExpressions
from myapp.domain.decision import CountedDecision, Decision, DecisionAction, DecisionReason
from myapp.domain.effect import FailureKind, Report
from myapp.domain.form import Scalar
from myapp.domain.json_value import JsonValue
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class ActiveView:
    """What an action sees of its todo: since when it is active, what people decided, and what time it is."""

    active_since: datetime
    stood_still: timedelta
    """How long of the time since then the todo was suspended."""
    counted: tuple[CountedDecision, ...]
    assignees: tuple[str, ...]
    requester: str
    """Who created the todo, where that is proven; empty where it is not."""
    now: datetime
    attempt: int = 1
    report: Report | None = None
    """The latest that is known about the effect of this attempt; None where nothing is, as after a restart."""
    told: "Ongoing | None" = None
    """What the status says of this attempt, be it from before a restart; None where it says nothing of it."""


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Not done yet."""

    reason: Reason
    message: str
    look_again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """Done, one way or the other. ``at`` is when the end was reached, which may lie before ``now``."""

    phase: Phase
    reason: Reason
    message: str
    at: datetime
    outputs: Mapping[str, Scalar] = field(default_factory=dict)
    """What the action has to say to others where the todo has no rules of its own (``domain.outputs``)."""
    result: JsonValue = None
    """What such rules see; None stands for the outputs."""
    failure: FailureKind | None = None
    """How it ended badly, where another attempt may end well; None where it may not."""
    not_before: datetime | None = None
    """Before when another attempt is of no use."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a decision does not fit."""

    reason: DecisionReason
    message: str


class Action(Protocol):
    """One kind of action."""

    @property
    def accepts(self) -> frozenset[DecisionAction]:
        """What a person may decide about it while it is active."""
        ...

    @property
    def may_be_skipped(self) -> bool:
        """Whether a person may skip it, so that what depends on it can accept that."""
        ...

    @property
    def groups_that_matter(self) -> frozenset[str]:
        """The groups whose members its decisions must be told apart by."""
        ...

    @property
    def has_effect(self) -> bool:
        """Whether it does something outside of the todo, which a performer carries out and reports on."""
        ...

    @property
    def effect_goes_on(self) -> bool:
        """Whether what was begun goes on by itself, as a Job does, so that an attempt that is over is withdrawn."""
        ...

    @property
    def may_be_retried(self) -> bool:
        """Whether it may be attempted again after it failed."""
        ...

    @property
    def expressions(self) -> ActionExpressions:
        """What its author says in expressions."""
        ...

    def objection(self, view: ActiveView, decision: Decision) -> Objection | None:
        """Why a decision of a kind that it accepts does not fit all the same."""
        ...

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """How far the action is."""
        ...
