"""Judging what people decided: each decision once, in the order in which they were made.

A decision that fits is applied at once, so the next one meets a todo that has moved on.
"""

from collections.abc import Iterable
from operator import attrgetter

from myapp.domain.actions.action import Objection
from myapp.domain.control import CONTROLS, applied, objection_to_claim, objection_to_control
from myapp.domain.decision import Answer, CountedDecision, Decision, DecisionAction, DecisionReason, TargetKind
from myapp.domain.revival import objection_to_early_retry, objection_to_retry, revived
from myapp.domain.rules import verdict_on
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus


def judge_all(situation: Situation, decisions: Iterable[Decision]) -> tuple[Situation, tuple[Answer, ...]]:
    """Judge every decision on an unfinished todo; the situation that results holds those that count."""
    answers = []
    for decision in sorted(decisions, key=attrgetter("order")):
        deadline = situation.deadline
        in_time = deadline is not None and decision.created_at <= deadline
        seen = situation.without_timeout() if in_time else situation
        answer = already_answered(decision, situation.counted) or replaced_target(decision, situation.todo.id)
        answer = answer or _misfit(seen, verdict_on(seen), decision)
        if answer is None:
            situation = situation.counting(decision)
            answer = Answer.counted(decision, applied(situation, decision))
        answers.append(answer)
    return situation, tuple(answers)


def already_answered(decision: Decision, counted: Iterable[CountedDecision]) -> Answer | None:
    """The answer that holds whatever the state of the todo is."""
    if decision.problem:
        return Answer.refused(decision, DecisionReason.INVALID_DECISION, decision.problem)
    if any(known.id == decision.id for known in counted):
        # The process that applied it stopped before it could say so.
        return Answer.counted(decision)
    if decision.unproven:
        return Answer.refused(decision, DecisionReason.GUARD_NOT_PROVEN, decision.unproven)
    return None


def without_target(decision: Decision) -> Answer:
    """The answer to a decision about an object that does not exist."""
    kind = "todo" if decision.target_kind is TargetKind.TODO else "workflow"
    message = f"there is no {kind} {decision.target.name} in namespace {decision.target.namespace}"
    return already_answered(decision, ()) or Answer.refused(decision, DecisionReason.TARGET_NOT_FOUND, message)


def terminating_target(decision: Decision, counted: Iterable[CountedDecision]) -> Answer:
    """The answer to a decision about an object that is being deleted."""
    return already_answered(decision, counted) or Answer.refused(
        decision, DecisionReason.TARGET_TERMINATING, "it is being deleted"
    )


def unreadable_target(decision: Decision, status: TodoStatus, problem: str) -> Answer:
    """The answer to a decision about a todo whose spec is not valid."""
    if status.phase.final:
        return already_answered(decision, status.decisions) or too_late(decision, status.phase, status.message)
    return already_answered(decision, status.decisions) or Answer.refused(
        decision, DecisionReason.TARGET_NOT_ACTIVE, f"it is not valid: {problem}"
    )


def judge_after_the_end(
    situation: Situation, decisions: Iterable[Decision]
) -> tuple[Situation, tuple[Answer, ...], tuple[Decision, ...]]:
    """Judge decisions on a finished todo until one of them, a ``Retry`` that fits, starts it anew.

    The situation that results, the answers, and the decisions that are left to be judged in it.
    """
    answers = []
    coming = sorted(decisions, key=attrgetter("order"))
    for number, decision in enumerate(coming):
        answer = already_answered(decision, situation.counted) or replaced_target(decision, situation.todo.id)
        if answer is None and decision.action is DecisionAction.RETRY:
            answer = _answer(decision, objection_to_retry(situation))
            if answer is None:
                situation = revived(situation.counting(decision))
                answers.append(Answer.counted(decision, f"attempt {situation.status.attempt + 1} begins"))
                return situation, tuple(answers), tuple(coming[number + 1 :])
        answers.append(answer or too_late(decision, situation.status.phase, situation.status.message))
    return situation, tuple(answers), ()


def replaced_target(decision: Decision, uid: str) -> Answer | None:
    """The answer to a decision about another object of the same name; None where it is about the one with this uid."""
    if decision.target_id == uid:
        return None
    message = f"{decision.target.name} has been replaced: its uid is {uid}"
    return Answer.refused(decision, DecisionReason.TARGET_REPLACED, message)


def too_late(decision: Decision, phase: Phase, message: str) -> Answer:
    """The answer to a decision about what has ended."""
    return Answer.refused(decision, DecisionReason.TARGET_FINISHED, f"it has already ended: {phase}, {message}")


def _misfit(situation: Situation, verdict: Verdict, decision: Decision) -> Answer | None:
    if decision.action is DecisionAction.RETRY:
        return _answer(decision, objection_to_early_retry(verdict))
    if verdict.phase.final:
        return too_late(decision, verdict.phase, verdict.message)
    if decision.action in CONTROLS:
        return _answer(decision, objection_to_control(situation, decision))
    if asleep := _asleep(verdict):
        return Answer.refused(decision, *asleep)
    if decision.action not in situation.todo.action.accepts:
        message = f"it cannot be {decision.action.participle}: {verdict.message}"
        return Answer.refused(decision, DecisionReason.NOT_FOR_PEOPLE, message)
    objection = objection_to_claim(situation, decision) or situation.todo.action.objection(situation.view, decision)
    return _answer(decision, objection)


def _asleep(verdict: Verdict) -> tuple[DecisionReason, str] | None:
    """Why nobody can do anything about the action now."""
    if verdict.reason is Reason.SUSPENDED:
        return DecisionReason.TARGET_SUSPENDED, "it is suspended"
    if verdict.phase is not Phase.ACTIVE:
        return DecisionReason.TARGET_NOT_ACTIVE, f"it has not started: {verdict.message}"
    if verdict.reason is Reason.BACKING_OFF:
        return DecisionReason.TARGET_NOT_ACTIVE, f"it is between two attempts: {verdict.message}"
    return None


def _answer(decision: Decision, objection: Objection | None) -> Answer | None:
    return None if objection is None else Answer.refused(decision, objection.reason, objection.message)
