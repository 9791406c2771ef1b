"""What every kind of action answers: how far is it, seen from an active todo?

An action is asked on every reconcile and must answer the same to the same question. It does nothing itself: what has
an effect outside says so in its answer, and the application acts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class ActiveView:
    """What an action sees of its todo: since when it is active, what people decided, and what time it is."""

    active_since: datetime
    stood_still: timedelta
    """How long of the time since then the todo was suspended."""
    counted: tuple[CountedDecision, ...]
    assignees: tuple[str, ...]
    now: datetime


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


class Action(Protocol):
    """One kind of action."""

    @property
    def accepts(self) -> frozenset[DecisionAction]:
        """What a person may decide about it while it is active."""
        ...

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """How far the action is."""
        ...
