"""What a status keeps of the attempts of its todo: what became of the latest ones, and when the next one begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from myapp.domain.message import bounded
from myapp.domain.todo_phase import Reason

#: How many a status keeps, and how many characters of each message (the CRD's bounds).
KEPT_ATTEMPTS = 10
LONGEST_ATTEMPT_MESSAGE = 512


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt that is over."""

    attempt: int
    reason: Reason
    message: str
    start_time: datetime
    completion_time: datetime
    retry_time: datetime | None = None
    """When the next attempt is to begin, or was; None where none follows."""


def recorded(known: Sequence[AttemptRecord], record: AttemptRecord) -> tuple[AttemptRecord, ...]:
    """The latest attempts with one more, which takes the place of an earlier word on the same attempt."""
    others = tuple(entry for entry in known if entry.attempt != record.attempt)
    return (*others, record)[-KEPT_ATTEMPTS:]


def attempt_message(message: str) -> str:
    """As much of a message as is kept of an attempt."""
    return bounded(message, LONGEST_ATTEMPT_MESSAGE)
