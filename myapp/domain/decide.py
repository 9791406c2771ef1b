"""The one decision of the operator: what should become of this todo, now?

Pure and level-triggered: the answer depends on nothing but the arguments, and asking again after the plan was carried
out gives the same status. Nothing here knows how a status is written or how a deletion is done.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from myapp.domain.attempt_course import attempts_after, effect_after, order_for
from myapp.domain.condition import Condition, ConditionType, Readiness, Standing, conditions_for
from myapp.domain.counted_decisions import claimed_by
from myapp.domain.decision import Answer, Decision, DecisionAction
from myapp.domain.effect import EffectRecord, Held, News, Withdrawn
from myapp.domain.expression import Expression
from myapp.domain.foresight import Foresight, foretold, to_be_rehearsed
from myapp.domain.judgement import judge_after_the_end, judge_all, unreadable_target
from myapp.domain.message import bounded
from myapp.domain.moment import earliest, format_moment, to_millisecond
from myapp.domain.outputs import NO_RULES, CompiledOutputs
from myapp.domain.plan import Notice, NoticeKind, Plan
from myapp.domain.reminder_schedule import ReminderSchedule, reminder_notices
from myapp.domain.revival import begun_anew
from myapp.domain.rules import settled
from myapp.domain.situation import Related, Situation, Verdict
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import REFUSED_REASONS, Phase, Reason, check_transition
from myapp.domain.todo_status import UNPROVEN, TodoStatus

#: Ends that a todo reaches only by having been active, be it for no time at all.
_NEEDS_A_START = frozenset({Reason.COMPLETED, Reason.TIMED_OUT, Reason.APPROVED, Reason.REJECTED})

#: The reason of an Event.
_NOT_ENDED = "NotEnded"


def decide(
    todo: TodoEntry,
    status: TodoStatus,
    related: Related,
    decisions: Iterable[Decision],
    now: datetime,
    *,
    news: News | None = None,
    when: Expression | None = None,
    outputs: CompiledOutputs = NO_RULES,
    foresight: Foresight | None = None,
) -> Plan:
    """The plan for ``todo``, whose status is ``status`` and on which ``decisions`` have not been judged yet.

    ``news`` is the latest that is known about the effect of the attempt that the status names, ``when`` and
    ``outputs`` are the todo's own expressions, compiled. ``foresight`` is what a dry run of its work has said.
    """
    situation = Situation(todo, status, related, status.decisions, to_millisecond(now), news, when, outputs)
    late_answers: tuple[Answer, ...] = ()
    if status.phase.final:
        situation, late_answers, decisions = judge_after_the_end(situation, decisions)
        if situation.status.phase.final:
            return _after_the_end(situation, late_answers)
    situation, answers = judge_all(situation, decisions)
    answers = late_answers + answers
    situation, verdict = settled(situation)
    if verdict.unsettled:
        return Plan(status, answers, look_again_at=verdict.look_again_at)
    if status.phase.final and verdict.phase.final:
        verdict = begun_anew(situation)
    if _needs_no_record(situation, verdict):
        return Plan(status, answers, look_again_at=verdict.look_again_at)
    check_transition(status.phase, verdict.phase)
    verdict = foretold(situation, verdict, foresight)
    schedule = ReminderSchedule.of(situation, verdict)
    following = _following(situation, verdict, schedule)
    notices = (*_notices(status, following, todo), *_reminders(schedule, situation, verdict))
    look_again_at = _look_again_at(situation, verdict, following, schedule)
    rehearse = to_be_rehearsed(todo, following)
    return Plan(following, answers, notices, look_again_at, effect=order_for(todo, following), rehearse=rehearse)


def _needs_no_record(situation: Situation, verdict: Verdict) -> bool:
    """Whether that a todo is active follows from its creation, so that its end is all there is to write."""
    todo, status = situation.todo, situation.status
    follows = todo.begins_when_created and todo.timeout is None and todo.due_time is None and todo.reminders is None
    unseen = status.reason is None and not situation.counted
    return follows and unseen and verdict.phase is Phase.ACTIVE and verdict.reason is Reason.WAITING


def decide_unreadable(
    status: TodoStatus, generation: int, problem: str, decisions: Iterable[Decision], now: datetime
) -> Plan:
    """The plan for an object whose spec cannot be understood: it is refused, and says why, until somebody changes it.

    What had ended stays as it is.
    """
    answers = tuple(unreadable_target(made, status, problem) for made in decisions)
    if status.phase.final:
        return Plan(replace(status, observed_generation=generation), answers)
    message, overdue = bounded(problem), _known_overdue(status)
    standing = Standing(status.phase, Reason.INVALID_SPEC, message, Readiness.ACCEPTED, overdue, refused=True)
    following = replace(
        status,
        observed_generation=generation,
        reason=Reason.INVALID_SPEC,
        message=message,
        next_transition_time=None,
        conditions=conditions_for(standing, status.conditions, generation, now),
    )
    return Plan(following, answers, _notices(status, following, None))


def _after_the_end(situation: Situation, answers: tuple[Answer, ...]) -> Plan:
    """A finished todo changes no more: late decisions are refused, and it is deleted when its time to live is over.

    That time waits while an unfinished todo depends on it. Edits of what stays editable are still observed.
    """
    todo, status = situation.todo, situation.status
    if isinstance(situation.news, Withdrawn):
        status = replace(status, effect=EffectRecord(status.effect.references))
    expires_at = todo.expires_at(status.completion_time)
    if todo.generation != status.observed_generation:
        verdict = Verdict(status.phase, status.reason or Reason.COMPLETED, status.message)
        status = replace(
            status,
            observed_generation=todo.generation,
            next_transition_time=expires_at,
            conditions=_conditions(situation, verdict, overdue=_known_overdue(status)),
        )
    expired = expires_at is not None and situation.now >= expires_at and not situation.related.awaited
    look_again_at = expires_at if expires_at is not None and situation.now < expires_at else None
    return Plan(
        status,
        answers,
        _not_ended(situation),
        look_again_at=look_again_at,
        delete=expired,
        effect=order_for(todo, status),
    )


def _not_ended(situation: Situation) -> tuple[Notice, ...]:
    """Why what a finished todo has begun still goes on: its status tells how it ended, and that only."""
    status, news = situation.status, situation.news
    if not status.effect.withdrawing or not isinstance(news, Held):
        return ()
    message = f"attempt {status.attempt} is over, and what it has begun is still to be ended: {news.message}"
    return (Notice(_NOT_ENDED, bounded(message)),)


def _following(situation: Situation, verdict: Verdict, schedule: ReminderSchedule | None) -> TodoStatus:
    """The status that records ``verdict``."""
    todo, before, now = situation.todo, situation.status, situation.now
    active = verdict.phase is Phase.ACTIVE
    begun = active or before.start_time is not None or (verdict.phase.final and verdict.reason in _NEEDS_A_START)
    clock = situation.clock
    completed_at = now if verdict.phase.final else None
    reminder_at = schedule.first_open() if schedule is not None else None
    open_at = earliest(verdict.look_again_at, _due_at(situation), reminder_at)
    return TodoStatus(
        observed_generation=todo.generation,
        phase=verdict.phase,
        reason=verdict.reason,
        message=bounded(verdict.message),
        attempt=max(before.attempt, 1) if begun else 0,
        start_time=(before.start_time or clock.started_at) if begun else None,
        attempt_start_time=before.attempt_start_time,
        completion_time=completed_at,
        deadline=situation.deadline if active and verdict.attempt_ended is None else None,
        next_transition_time=todo.expires_at(completed_at) if verdict.phase.final else open_at,
        suspend_time=clock.still_since if active else None,
        suspended_for=clock.stood_still if begun else before.suspended_for,
        last_reminder_time=before.last_reminder_time,
        warned_deadline=before.warned_deadline,
        effect=effect_after(situation, verdict),
        attempts=attempts_after(situation, verdict, completed_at),
        claimed_by=claimed_by(situation.counted),
        requester=(situation.requester or UNPROVEN) if DecisionAction.APPROVE in todo.action.accepts else "",
        outputs=verdict.outputs,
        decisions=situation.counted,
        conditions=_conditions(situation, verdict, overdue=_overdue(situation)),
    )


def _due_at(situation: Situation) -> datetime | None:
    due = situation.todo.due_time
    return due if due is not None and situation.now < due else None


def _look_again_at(
    situation: Situation, verdict: Verdict, following: TodoStatus, schedule: ReminderSchedule | None
) -> datetime | None:
    """When time alone can change the plan: never in the past, where the moment of a reminder under way lies."""
    if schedule is None:
        return following.next_transition_time
    return earliest(verdict.look_again_at, _due_at(situation), schedule.upcoming(situation.now))


def _reminders(schedule: ReminderSchedule | None, situation: Situation, verdict: Verdict) -> tuple[Notice, ...]:
    return reminder_notices(schedule, situation, verdict.message) if schedule is not None else ()


def _overdue(situation: Situation) -> str:
    due = situation.todo.due_time
    return f"was due at {format_moment(due)}" if due is not None and situation.todo.overdue_at(situation.now) else ""


def _known_overdue(status: TodoStatus) -> str:
    """What a finished todo's status says already: it does not become late after its end."""
    return next((entry.message for entry in status.conditions if entry.type is ConditionType.OVERDUE), "")


def _conditions(situation: Situation, verdict: Verdict, *, overdue: str) -> tuple[Condition, ...]:
    message, refused = bounded(verdict.message), verdict.reason in REFUSED_REASONS
    standing = Standing(verdict.phase, verdict.reason, message, situation.todo.readiness, overdue, refused)
    return conditions_for(standing, situation.status.conditions, situation.todo.generation, situation.now)


def _notices(before: TodoStatus, after: TodoStatus, todo: TodoEntry | None) -> tuple[Notice, ...]:
    """What changed for the worse, and that people are waited for now. Other success is silent: an Event is a write.

    ``todo`` is None where its spec cannot be understood.
    """
    notices = []
    if after.reason is not before.reason and after.reason is Reason.TIMED_OUT:
        notices.append(Notice(str(after.reason), after.message, NoticeKind.EXPIRED, after.completion_time))
    elif after.reason is not before.reason and (after.phase is Phase.FAILED or after.reason in REFUSED_REASONS):
        notices.append(Notice(str(after.reason), after.message))
    if (late := _known_overdue(after)) and not _known_overdue(before):
        notices.append(Notice(ConditionType.OVERDUE, late, NoticeKind.OVERDUE, todo.due_time if todo else None))
    begun = (after.attempt, after.start_time) != (before.attempt, before.start_time)
    if todo is not None and begun and after.reason is Reason.AWAITING_DECISION:
        asked = todo.reminders is not None  # then its author wants people to be told, at the price of a write
        kind, moment = NoticeKind.AWAITING_DECISION, after.start_time
        notices.append(Notice(str(after.reason), after.message, kind, moment, warning=False, event=asked))
    return tuple(notices)
