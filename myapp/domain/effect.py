"""What an action does outside of its todo, and what is known about it, as values.

Nothing here does anything: performers of the application act and report, the domain decides what a report means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from myapp.domain.form import Scalar
from myapp.domain.json_value import JsonValue
from myapp.domain.todo_phase import Reason

#: What a status has room for (the CRD's bounds).
MOST_REFERENCES = 8
LONGEST_REFERENCE = 512


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

    def __post_init__(self) -> None:
        """Raises ValueError for references that a status has no room for."""
        longest = max(map(len, (*self.references, *self.references.values())), default=0)
        if len(self.references) > MOST_REFERENCES or longest > LONGEST_REFERENCE:
            raise ValueError(f"{len(self.references)} references of up to {longest} characters do not fit a status")


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
    """What it has to say to others where ``spec.outputs`` has no rules."""
    result: JsonValue = None
    """What rules see as ``result``: plain JSON, without anything secret. None stands for the outputs."""


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


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The attempt was ended from outside, and nothing of it goes on any more."""


Report = Underway | Held | Accomplished | Unsuccessful
#: The latest that is known about an attempt. While it is being withdrawn, ``Held`` says why that does not succeed.
News = Report | Withdrawn


@dataclass(frozen=True, slots=True)
class EffectRecord:
    """What a status records about the effect of the latest attempt."""

    references: Mapping[str, str] = field(default_factory=dict)
    """What the attempt has created, in the performer's words."""
    withdrawing: bool = False
    """Whether the attempt is over and may still go on by itself, until it is withdrawn."""


NO_EFFECT = EffectRecord()


@dataclass(frozen=True, slots=True)
class EffectOrder:
    """What is to be under way for a todo once its status is written; anything else is to stop."""

    id: EffectId
    references: Mapping[str, str] = field(default_factory=dict)
    withdraw: bool = False
    """True to end the attempt, false to bring it to its end."""
