"""What an action does outside of its todo, and what is known about it, as values.

Nothing here does anything: performers of the application act and report, the domain decides what a report means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Reason


class FailureKind(StrEnum):
    """How an attempt can end badly: the values of ``retry.on``."""

    ERROR = "Error"
    """Infrastructure: no connection, an eviction, a server that is not able to."""
    FAILURE = "Failure"
    """Business: an exit code, an answer that means no."""
    TIMEOUT = "Timeout"
    """The attempt took longer than ``timeout``."""


@dataclass(frozen=True, slots=True)
class EffectId:
    """One attempt of one todo. Everything that the attempt creates is named by this."""

    todo_id: str
    """The todo's uid."""
    attempt: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Underway:
    """Begun and not over. ``references`` are recorded in the status before the effect goes on: a Job's name and uid."""

    reason: Reason
    message: str
    references: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """Not accepted, so nothing has begun and no attempt is used up; it is tried again until it is, or time is up."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Accomplished:
    """Over, with success, at a time that may lie before now."""

    at: datetime
    message: str
    outputs: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsuccessful:
    """Over, without success."""

    at: datetime
    kind: FailureKind
    reason: Reason
    message: str
    not_before: datetime | None = None
    """Before when another attempt is of no use, as the other side has said (Retry-After)."""
    final: bool = False
    """True where no further attempt may be made, whatever ``retry`` says: the result is lost, or may have happened."""


Report = Underway | Held | Accomplished | Unsuccessful
