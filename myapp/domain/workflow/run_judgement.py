"""Judging what people decided about a run: each decision once, in the order in which they were made."""

from collections.abc import Iterable
from operator import attrgetter

from myapp.domain.actions.action import Objection
from myapp.domain.control import objection_to_holding
from myapp.domain.decision import Answer, CountedDecision, Decision, DecisionAction, DecisionReason
from myapp.domain.judgement import already_answered, replaced_target, too_late
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_retry import objection_to_run_retry, started_anew
from myapp.domain.workflow.run_situation import AcceptedRun, RunSituation, mode_of

_ABOUT_STEPS = frozenset(
    {
        DecisionAction.CLAIM,
        DecisionAction.RELEASE,
        DecisionAction.COMPLETE,
        DecisionAction.APPROVE,
        DecisionAction.REJECT,
        DecisionAction.SKIP,
    }
)


def judge_run(situation: RunSituation, decisions: Iterable[Decision]) -> tuple[RunSituation, tuple[Answer, ...]]:
    """Judge every decision on an unfinished run; the situation that results holds those that count."""
    answers = []
    for decision in sorted(decisions, key=attrgetter("order")):
        answer = _settled_before(situation, decision)
        if answer is None and (objection := _objection(situation, decision)) is not None:
            answer = Answer.refused(decision, objection.reason, objection.message)
        if answer is None:
            situation = situation.counting(decision)
            answer = Answer.counted(decision, _applied(situation, decision))
        answers.append(answer)
    return situation, tuple(answers)


def judge_ended_run(
    run: AcceptedRun | None, situation: RunSituation, decisions: Iterable[Decision]
) -> tuple[RunSituation, tuple[Answer, ...], tuple[Decision, ...]]:
    """Judge decisions on a run that has ended until one of them, a Retry that fits, starts it anew.

    The situation that results, the answers, and the decisions that are left to be judged in it. ``run`` is None where
    its definition is not known any more.
    """
    answers = []
    coming = sorted(decisions, key=attrgetter("order"))
    for number, decision in enumerate(coming):
        answer = _settled_before(situation, decision)
        if answer is None and decision.action is DecisionAction.RETRY:
            objection = objection_to_run_retry(run, situation)
            if objection is None and run is not None:
                situation = started_anew(run, situation.counting(decision), situation.status.revision + 1)
                answers.append(Answer.counted(decision, f"its revision {situation.status.revision} begins"))
                return situation, tuple(answers), tuple(coming[number + 1 :])
            if objection is not None:
                answer = Answer.refused(decision, objection.reason, objection.message)
        answers.append(answer or too_late(decision, situation.status.phase, situation.status.message))
    return situation, tuple(answers), ()


def unreadable_run(
    decision: Decision, phase: Phase, counted: Iterable[CountedDecision], message: str, uid: str
) -> Answer:
    """The answer to a decision about a run that cannot be understood."""
    answer = already_answered(decision, counted) or replaced_target(decision, uid)
    if answer is not None or phase.final:
        return answer or too_late(decision, phase, message)
    return Answer.refused(decision, DecisionReason.TARGET_NOT_ACTIVE, f"it is not valid: {message}")


def _settled_before(situation: RunSituation, decision: Decision) -> Answer | None:
    return already_answered(decision, situation.counted) or replaced_target(decision, situation.entry.id)


def _objection(situation: RunSituation, decision: Decision) -> Objection | None:
    if decision.action in _ABOUT_STEPS:
        message = f"a workflow cannot be {decision.action.participle}: decide about one of its steps"
        return Objection(DecisionReason.NOT_FOR_PEOPLE, message)
    mode = situation.status.cancel_mode
    match decision.action:
        case DecisionAction.RETRY:
            return Objection(DecisionReason.NOT_FAILED, f"it has not failed: {situation.status.phase}")
        case DecisionAction.CANCEL if mode is not None and mode_of(decision).hardness <= mode.hardness:
            message = f"it is already being cancelled with mode {mode}: only a harder one changes that"
            return Objection(DecisionReason.ALREADY_CANCELLING, message)
        case DecisionAction.SUSPEND if mode is not None:
            return Objection(DecisionReason.ALREADY_CANCELLING, f"it is being cancelled with mode {mode}")
        case DecisionAction.RESUME if situation.held_by and situation.suspended_by == situation.held_by:
            message = f"it is suspended by {situation.held_by}: resume that one"
            return Objection(DecisionReason.NOT_FOR_PEOPLE, message)
    return objection_to_holding(decision, situation.counted, by_spec=situation.entry.suspend)


def _applied(situation: RunSituation, decision: Decision) -> str:
    if decision.action is DecisionAction.CANCEL:
        return f"applied, with mode {mode_of(decision)}"
    if decision.action is DecisionAction.RESUME and situation.suspended_by:
        return f"applied; it stays suspended by {situation.suspended_by}"
    return "applied"
