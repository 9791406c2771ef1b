"""What is to be done about a todo, as values: the domain proposes, the application acts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from myapp.domain.decision import Answer
from myapp.domain.effect import EffectOrder
from myapp.domain.todo_status import TodoStatus


class NoticeKind(StrEnum):
    """What a notice is about; all but PROBLEM are for the people whom a todo waits for or waited for."""

    PROBLEM = "problem"
    AWAITING_DECISION = "awaiting-decision"
    REMINDER = "reminder"
    EXPIRES_SOON = "expires-soon"
    EXPIRED = "expired"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should hear of: a Kubernetes Event, and for some kinds more than that."""

    reason: str
    message: str
    kind: NoticeKind = NoticeKind.PROBLEM
    moment: datetime | None = None
    """What tells it from others of its kind, however often it is repeated."""
    warning: bool = True
    """Whether somebody should look at it: the type of the Event, Warning or Normal."""
    event: bool = True
    """Whether it is worth an Event, which is a write."""

    @property
    def recorded_once_sent(self) -> bool:
        """Whether a mark in the status follows when it was sent; else the status that it follows from is the record."""
        return self.kind in (NoticeKind.REMINDER, NoticeKind.EXPIRES_SOON)


@dataclass(frozen=True, slots=True)
class Plan:
    """The status that a todo should have, and what else follows.

    The order of acting is fixed: first the status, with which decisions count, and which is the fence of an effect;
    then the effect; then the answers; then notices; the deletion last.
    """

    status: TodoStatus
    answers: tuple[Answer, ...] = ()
    notices: tuple[Notice, ...] = ()
    look_again_at: datetime | None = None
    delete: bool = False
    effect: EffectOrder | None = None
    """What is to be under way outside, given that the status is written; None: nothing."""
    rehearse: bool = False
    """Whether its work is to be tried as a dry run, while it waits."""
