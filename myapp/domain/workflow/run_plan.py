"""From where a run stands to the status that records it, and whether that is to be written at once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from myapp.domain.condition import Condition, Readiness, Standing, conditions_for
from myapp.domain.decision import Answer, Decision
from myapp.domain.message import bounded
from myapp.domain.moment import to_millisecond
from myapp.domain.plan import Notice
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_judgement import judge_ended_run, judge_run, unreadable_run
from myapp.domain.workflow.run_phase import REFUSED_RUN_REASONS, RunReason
from myapp.domain.workflow.run_situation import AcceptedRun, ChildOrder, NotAccepted, RunPlan, RunSituation
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.run_verdict import RunVerdict
from myapp.domain.workflow.status_bounds import LEFT_OUT, is_cut, within_bounds

#: Between these a run moves back and forth with its children: it can wait until more is to be written.
_COME_AND_GO = frozenset({RunReason.RUNNING, RunReason.AWAITING_DECISION})


def recorded(
    run: AcceptedRun,
    before: RunStatus,
    situation: RunSituation,
    verdict: RunVerdict,
    *,
    answers: tuple[Answer, ...] = (),
    orders: tuple[ChildOrder, ...] = (),
) -> RunPlan:
    """The plan that brings a run where ``verdict`` says that it stands; ``before`` is its present status."""
    known = replace(
        situation.status,
        definition=run.definition_name,
        service_account_name=run.service_account_name,
    )
    following = _following(replace(situation, status=known), verdict)
    notices = _notices(before, following)
    return RunPlan(following, is_urgent(before, following), orders, answers, notices, following.next_transition_time)


def not_accepted_plan(
    entry: RunEntry, before: RunStatus, why: NotAccepted, decisions: Iterable[Decision], now: datetime
) -> RunPlan:
    """The plan for a run that cannot be begun, or has lost what it followed: it says why, and can be cancelled."""
    situation = RunSituation(entry, before, before.decisions, to_millisecond(now))
    if before.phase.final:
        situation, answers, _ = judge_ended_run(None, situation, decisions)
        return ended_run_plan(situation, answers)
    situation, answers = judge_run(situation, decisions)
    mode = situation.status.cancel_mode
    if mode is not None:
        message = f"cancelled by {situation.cancelled_by}, mode {mode}"
        verdict = RunVerdict(Phase.CANCELLED, RunReason.CANCELLED, message)
    elif why.reason is RunReason.DEFINITION_LOST:
        verdict = RunVerdict(Phase.FAILED, why.reason, why.message)
    else:
        verdict = RunVerdict(before.phase, why.reason, why.message)
    following = _following(situation, verdict)
    return RunPlan(following, urgent=following != before, answers=answers, notices=_notices(before, following))


def unreadable_run_plan(
    uid: str, generation: int, before: RunStatus, problem: str, *, decisions: Iterable[Decision], now: datetime
) -> RunPlan:
    """The plan for an object whose spec cannot be understood: it says so, until somebody changes it."""
    message = bounded(problem)
    said = before.message if before.phase.final else message
    answers = tuple(unreadable_run(made, before.phase, before.decisions, said, uid) for made in decisions)
    if before.phase.final:
        return RunPlan(replace(before, observed_generation=generation), urgent=True, answers=answers)
    verdict = RunVerdict(before.phase, RunReason.INVALID_SPEC, message)
    following = replace(
        before,
        observed_generation=generation,
        reason=RunReason.INVALID_SPEC,
        message=message,
        next_transition_time=None,
        conditions=_conditions(before.conditions, verdict, generation, now),
    )
    return RunPlan(following, urgent=following != before, answers=answers, notices=_notices(before, following))


def ended_run_plan(situation: RunSituation, answers: tuple[Answer, ...]) -> RunPlan:
    """A run that has ended changes no more; it is deleted when its time to live is over. Edits are still observed."""
    entry, status, now = situation.entry, situation.status, situation.now
    expires_at = entry.expires_at(status.completion_time)
    if entry.generation != status.observed_generation:
        verdict = RunVerdict(status.phase, status.reason or RunReason.COMPLETED, status.message)
        status = replace(
            status,
            observed_generation=entry.generation,
            next_transition_time=expires_at,
            conditions=_conditions(status.conditions, verdict, entry.generation, now),
        )
    expired = expires_at is not None and now >= expires_at
    look_again_at = expires_at if not expired else None
    return RunPlan(status, urgent=True, answers=answers, look_again_at=look_again_at, delete=expired)


def is_urgent(before: RunStatus, after: RunStatus) -> bool:
    """Whether a status must be written before anything else is done, because it says what cannot be found out again.

    All else, which is how far the steps are, follows from the children at any time.
    """
    return _lasting(before) != _lasting(after)


def _lasting(status: RunStatus) -> Sequence[object]:
    reason = RunReason.RUNNING if status.reason in _COME_AND_GO else status.reason
    return (
        status.observed_generation,
        status.phase,
        reason,
        status.revision,
        status.cancel_mode,
        status.timed_out_at,
        status.definition,
        status.decisions,
    )


def _following(situation: RunSituation, verdict: RunVerdict) -> RunStatus:
    status, entry, now = situation.status, situation.entry, situation.now
    completed_at = now if verdict.phase.final else None
    status = within_bounds(replace(status, decisions=situation.counted), verdict.outputs)
    message = bounded(f"{verdict.message}{LEFT_OUT if is_cut(status.steps) else ''}")
    return replace(
        status,
        observed_generation=entry.generation,
        phase=verdict.phase,
        reason=verdict.reason,
        message=message,
        completion_time=completed_at,
        deadline=None if verdict.phase.final else status.deadline,
        suspend_time=None if verdict.phase.final else status.suspend_time,
        next_transition_time=entry.expires_at(completed_at) if verdict.phase.final else verdict.look_again_at,
        requested_by=status.requested_by or entry.requester,
        outputs=verdict.outputs,
        conditions=_conditions(status.conditions, replace(verdict, message=message), entry.generation, now),
    )


def _conditions(
    before: Iterable[Condition], verdict: RunVerdict, generation: int, now: datetime
) -> tuple[Condition, ...]:
    refused = verdict.reason in REFUSED_RUN_REASONS
    standing = Standing(verdict.phase, verdict.reason, verdict.message, Readiness.ACCEPTED, "", refused)
    return conditions_for(standing, before, generation, now)


def _notices(before: RunStatus, after: RunStatus) -> tuple[Notice, ...]:
    """What changed for the worse. Success is silent: an Event is a write."""
    if after.reason is before.reason or after.reason is None:
        return ()
    if after.phase is Phase.FAILED or after.reason in REFUSED_RUN_REASONS:
        return (Notice(str(after.reason), after.message),)
    return ()
