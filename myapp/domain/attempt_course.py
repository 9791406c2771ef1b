"""The course of an active todo: its attempt goes on, ends the todo, or is followed by another after a back-off.

What a status records of that is derived here too, so that a restart at any moment leads to the same attempts.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from myapp.domain.actions.action import Ended, Ongoing
from myapp.domain.attempts import AttemptRecord, attempt_message, recorded
from myapp.domain.effect import (
    Accomplished,
    EffectId,
    EffectOrder,
    EffectRecord,
    FailureKind,
    Held,
    Underway,
    Unsuccessful,
)
from myapp.domain.json_value import JsonValue
from myapp.domain.moment import earliest, format_moment
from myapp.domain.outputs import CompiledOutputs, OutputsProblem, outputs_of
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus


def course_of_attempts(situation: Situation) -> Verdict:
    """Where a todo stands that nothing keeps from being active."""
    if situation.status.between_attempts:
        return _between_attempts(situation)
    progress = _progress(situation)
    if isinstance(progress, Ongoing):
        again_at = earliest(progress.look_again_at, situation.deadline)
        return Verdict(Phase.ACTIVE, progress.reason, progress.message, again_at)
    attempt, policy = max(situation.status.attempt, 1), situation.todo.retry
    if not policy.allows(attempt, progress.failure):
        message = progress.message + policy.why_not(attempt, progress.failure)
        return Verdict(progress.phase, progress.reason, message, outputs=progress.outputs)
    next_at = policy.next_at(situation.todo.id, attempt, progress.at, progress.not_before)
    next_at = max(next_at, situation.now + timedelta(milliseconds=1))
    how = f"attempt {attempt} of {policy.max_attempts}: {progress.message}"
    message = f"{how}; the next begins at {format_moment(next_at)}"
    return Verdict(Phase.ACTIVE, Reason.BACKING_OFF, message, next_at, attempt_ended=progress)


def _progress(situation: Situation) -> Ongoing | Ended:
    """The action has ended, or its timeout has struck, whichever came first, or it goes on."""
    deadline = situation.deadline
    struck_at = deadline if deadline and situation.timeout_strikes and situation.now >= deadline else None
    progress = situation.todo.action.progress(situation.view)
    if struck_at is None or (isinstance(progress, Ended) and progress.at <= struck_at):
        return _with_outputs(progress, situation.outputs)
    phase = situation.todo.on_timeout.phase
    # What a person was waited for says nothing new; how far a machine got, does.
    got_to = f": {progress.message}" if situation.todo.action.has_effect and isinstance(progress, Ongoing) else ""
    message = f"timed out at {format_moment(struck_at)}{got_to}"
    return Ended(phase, Reason.TIMED_OUT, message, struck_at, failure=FailureKind.TIMEOUT)


def _with_outputs(progress: Ongoing | Ended, rules: CompiledOutputs) -> Ongoing | Ended:
    """What ended well says its outputs, or has failed for good: the work was done, and again it would say the same."""
    if not isinstance(progress, Ended) or progress.phase is not Phase.SUCCEEDED:
        return progress
    result: JsonValue = {**progress.outputs} if progress.result is None else progress.result
    outputs = outputs_of(rules, result, progress.outputs)
    if isinstance(outputs, OutputsProblem):
        message = f"{progress.message}, but {outputs.message}"
        return Ended(Phase.FAILED, Reason.OUTPUTS_ERROR, message, progress.at)
    return replace(progress, outputs=outputs, result=None)


def _between_attempts(situation: Situation) -> Verdict:
    status = situation.status
    next_at = status.attempts[-1].retry_time
    if next_at is not None and situation.now < next_at:
        kept = status.message if status.reason is Reason.BACKING_OFF else _waits_for(status, next_at)
        return Verdict(Phase.ACTIVE, Reason.BACKING_OFF, kept, next_at)
    if situation.withdrawn:
        return Verdict(Phase.ACTIVE, Reason.BACKING_OFF, f"attempt {status.attempt + 1} begins", situation.now)
    why = f": {situation.news.message}" if isinstance(situation.news, Held) else ""
    return Verdict(Phase.ACTIVE, Reason.BACKING_OFF, f"attempt {status.attempt} is over and still to be ended{why}")


def _waits_for(status: TodoStatus, next_at: datetime) -> str:
    over = status.attempts[-1]
    return f"attempt {over.attempt}: {over.message}; the next begins at {format_moment(next_at)}"


def attempts_after(situation: Situation, verdict: Verdict, completed_at: datetime | None) -> tuple[AttemptRecord, ...]:
    """What the status records of the attempts that are over, once it says ``verdict``."""
    before, ended = situation.status, verdict.attempt_ended
    attempt, started_at = max(before.attempt, 1), situation.clock.started_at
    if ended is not None:
        ended_at, message = max(ended.at, started_at), attempt_message(ended.message)
        record = AttemptRecord(attempt, ended.reason, message, started_at, ended_at, verdict.look_again_at)
        return recorded(before.attempts, record)
    if completed_at is None or attempt == 1 or before.between_attempts:
        return before.attempts
    last = AttemptRecord(attempt, verdict.reason, attempt_message(verdict.message), started_at, completed_at)
    return recorded(before.attempts, last)


def effect_after(situation: Situation, verdict: Verdict) -> EffectRecord:
    """What the status records of the attempt's effect, once it says ``verdict``.

    An attempt that is over, and whose effect has not said that it is, is to be withdrawn.
    """
    before, news = situation.status, situation.news
    record = before.effect
    if before.between_attempts or before.phase is not Phase.ACTIVE or not situation.todo.action.has_effect:
        return record
    if isinstance(news, Underway) and news.references:
        record = EffectRecord({**record.references, **news.references})
    goes_on = verdict.phase is Phase.ACTIVE and verdict.attempt_ended is None
    known_as_over = isinstance(news, Accomplished | Unsuccessful)
    if goes_on or known_as_over or not situation.todo.action.effect_goes_on:
        return record
    return EffectRecord(record.references, withdrawing=True)


def order_for(todo: TodoEntry, status: TodoStatus) -> EffectOrder | None:
    """What is to be under way outside of a todo that has this status; None where nothing is."""
    effect, attempt = status.effect, EffectId(todo.id, status.attempt)
    if effect.withdrawing:
        return EffectOrder(attempt, effect.references, withdraw=True)
    if status.phase is Phase.ACTIVE and todo.action.has_effect and not status.between_attempts:
        return EffectOrder(attempt, effect.references)
    return None
