"""What the decision ``Retry`` does: a todo that failed becomes active again, with one attempt more.

Those that depend on it and were skipped because it failed stay skipped: they have ended, and each is started anew by
creating it again.
"""

from dataclasses import replace
from datetime import datetime

from myapp.domain.actions.action import Objection
from myapp.domain.attempts import AttemptRecord, attempt_message, recorded
from myapp.domain.decision import DecisionReason
from myapp.domain.moment import format_moment
from myapp.domain.retry import MOST_ATTEMPTS
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_phase import Phase, Reason

_NEVER_AGAIN = "an approval is never tried again: create a new Todo to ask anew"


def objection_to_early_retry(verdict: Verdict) -> Objection:
    """Why a todo that has not ended cannot be tried again."""
    message = f"it has not failed: {verdict.phase}, {verdict.message}"
    return Objection(DecisionReason.NOT_FAILED, message)


def objection_to_retry(situation: Situation) -> Objection | None:
    """Why a finished todo cannot be tried again; None where it can."""
    todo, status = situation.todo, situation.status
    expires_at = todo.expires_at(status.completion_time)
    if status.phase is not Phase.FAILED:
        return Objection(DecisionReason.NOT_FAILED, f"it has not failed: {status.phase}, {status.message}")
    if todo.run is not None:
        return Objection(DecisionReason.NOT_FOR_PEOPLE, f"it is a step of workflow {todo.run.name}: retry that one")
    if not todo.action.may_be_retried:
        return Objection(DecisionReason.NOT_FOR_PEOPLE, _NEVER_AGAIN)
    if status.attempt >= MOST_ATTEMPTS:
        return Objection(DecisionReason.TARGET_FINISHED, f"it has had {status.attempt} attempts, which is the most")
    expires_at = None if situation.related.awaited else expires_at
    return objection_while_held(situation.suspended_by) or objection_after_expiry(expires_at, situation.now)


def objection_while_held(suspended_by: str) -> Objection | None:
    """Why what is suspended by somebody cannot be tried again; None where nobody holds it."""
    if not suspended_by:
        return None
    return Objection(DecisionReason.TARGET_SUSPENDED, f"it is suspended by {suspended_by}: let it go on first")


def objection_after_expiry(expires_at: datetime | None, now: datetime) -> Objection | None:
    """Why what has outlived its time cannot be tried again; None where it has not."""
    if expires_at is None or now < expires_at:
        return None
    message = f"its time to live was over at {format_moment(expires_at)}: it is being deleted"
    return Objection(DecisionReason.TARGET_TERMINATING, message)


def revived(situation: Situation) -> Situation:
    """The situation in which the todo has its failed attempt behind it, and the next one may begin."""
    status, now = situation.status, situation.now
    attempt = max(status.attempt, 1)
    over = AttemptRecord(
        attempt,
        status.reason or Reason.INTERNAL_ERROR,
        attempt_message(status.message),
        status.attempt_start_time or status.start_time or now,
        status.completion_time or now,
        retry_time=now,
    )
    again = replace(
        status,
        phase=Phase.ACTIVE,
        reason=None,
        message="",
        attempt=attempt,
        completion_time=None,
        outputs={},
        attempts=recorded(status.attempts, over),
    )
    return replace(situation, status=again)


def begun_anew(situation: Situation) -> Verdict:
    """Where a todo stands that was started anew and could end at once: it shows that it is active first."""
    return Verdict(Phase.ACTIVE, Reason.STARTING, f"attempt {situation.status.attempt} starts", situation.now)
