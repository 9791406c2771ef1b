"""When an attempt that ended badly is followed by another, and how long after.

Pure, the jitter included: it follows from who asks and which attempt it was, so that a restart waits for the same
moment, and todos that failed together do not come back together all the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from myapp.domain.effect import FailureKind
from myapp.domain.entry_fields import EntryFields

#: The attempts that a todo can have, those that people ask for included (the CRD's bound).
MOST_ATTEMPTS = 1000
_MOST_DOUBLINGS = 64
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class RetryBackoff:
    """How long to wait between two attempts: longer each time, up to ``max``, and less by up to ``jitter`` of it."""

    initial: timedelta = timedelta(seconds=10)
    factor: float = 2.0
    max: timedelta = timedelta(minutes=5)
    jitter: float = 0.1

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.retry.backoff``. Raises InvalidTodoError."""
        factor, jitter = fields.number("factor"), fields.number("jitter")
        if factor is not None and factor < 1:
            raise fields.invalid("factor", "a number from 1")
        if jitter is not None and not 0 <= jitter <= 1:
            raise fields.invalid("jitter", "a number from 0 to 1")
        initial, longest = fields.duration("initial"), fields.duration("max")
        return cls(
            cls().initial if initial is None else initial,
            cls().factor if factor is None else float(factor),
            cls().max if longest is None else longest,
            cls().jitter if jitter is None else float(jitter),
        )

    def delay(self, todo_id: str, attempt: int) -> timedelta:
        """How long to wait after an attempt of a todo; one millisecond at least."""
        growth = self.factor ** min(attempt - 1, _MOST_DOUBLINGS)
        seconds = min(self.initial.total_seconds() * growth, self.max.total_seconds())
        shortened = seconds * (1 - self.jitter * _chance(todo_id, attempt))
        return max(round(shortened * 1000) * _MILLISECOND, _MILLISECOND)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How many attempts there are, and which ends are followed by another."""

    max_attempts: int
    on: frozenset[FailureKind] = frozenset({FailureKind.ERROR, FailureKind.TIMEOUT})
    backoff: RetryBackoff = RetryBackoff()

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.retry``. Raises InvalidTodoError."""
        attempts = fields.integer("max_attempts")
        if not 1 <= attempts <= MOST_ATTEMPTS:
            raise fields.invalid("max_attempts", f"a number from 1 to {MOST_ATTEMPTS}")
        on = fields.choices("on", cls(1).on, frozenset(FailureKind))
        backoff = fields.has("backoff")
        return cls(
            attempts, on, RetryBackoff.create_from_fields(fields.within("backoff")) if backoff else RetryBackoff()
        )

    def allows(self, attempt: int, failure: FailureKind | None) -> bool:
        """Whether another attempt follows this one, which ended in that way."""
        return failure in self.on and attempt < self.max_attempts

    def why_not(self, attempt: int, failure: FailureKind | None) -> str:
        """What the end of the last attempt adds to its message; nothing where nobody asked for several."""
        if self.max_attempts == 1 or failure is None:
            return ""
        if failure not in self.on:
            return f"; not tried again: retry.on does not name {failure}"
        return f"; it was attempt {attempt} of {max(attempt, self.max_attempts)}"

    def next_at(self, todo_id: str, attempt: int, ended_at: datetime, not_before: datetime | None) -> datetime:
        """When the attempt after this one begins."""
        at = ended_at + self.backoff.delay(todo_id, attempt)
        return at if not_before is None else max(at, not_before)


#: One attempt.
NO_RETRY = RetryPolicy(1)


def _chance(todo_id: str, attempt: int) -> float:
    """A number from 0 to 1 that is always the same for an attempt of a todo."""
    digest = hashlib.sha256(f"{todo_id}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
