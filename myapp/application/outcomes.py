"""How an attempt ended, as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Written:
    """The write took effect; the object has this resourceVersion now."""

    version: str


@dataclass(frozen=True, slots=True)
class Stale:
    """The object has changed since it was read: nothing was written (409)."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The object does not exist any more (404)."""


WriteResult = Written | Stale | Gone


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do until something changes."""


@dataclass(frozen=True, slots=True)
class LookAgainAt:
    """Nothing is left to do until that moment."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Retry:
    """It could not be done now. ``lasting`` says that only a change by somebody can help, so there is no hurry."""

    cause: str
    lasting: bool = False
    not_before: timedelta | None = None


Outcome = Done | LookAgainAt | Retry
