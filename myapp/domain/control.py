"""What people may do with a todo whatever it consists in: hold it, let it go on, skip or cancel it, claim it, comment.

Says when such a decision does not fit. What follows from one that does, stands in ``rules`` and ``counted_decisions``.
"""

from collections.abc import Sequence

from myapp.domain.actions.action import Objection
from myapp.domain.counted_decisions import claimed_by, held_by
from myapp.domain.decision import CountedDecision, Decision, DecisionAction, DecisionReason
from myapp.domain.situation import Situation

#: Decisions that fit an unfinished todo wherever it stands; all others need one that is active and not suspended.
CONTROLS = frozenset(
    {
        DecisionAction.COMMENT,
        DecisionAction.SKIP,
        DecisionAction.CANCEL,
        DecisionAction.SUSPEND,
        DecisionAction.RESUME,
    }
)


def objection_to_control(situation: Situation, decision: Decision) -> Objection | None:
    """Why one of the CONTROLS does not fit."""
    if decision.action is DecisionAction.SKIP and not situation.todo.action.may_be_skipped:
        return Objection(DecisionReason.NOT_FOR_PEOPLE, "an approval cannot be skipped: reject it or cancel it")
    return objection_to_holding(decision, situation.counted, by_spec=situation.todo.suspend)


def objection_to_holding(decision: Decision, counted: Sequence[CountedDecision], *, by_spec: bool) -> Objection | None:
    """Why a Suspend or a Resume does not fit what is held already, be it ``by_spec``; None for other decisions."""
    held = held_by(counted)
    match decision.action:
        case DecisionAction.SUSPEND if held is not None:
            return Objection(DecisionReason.ALREADY_SUSPENDED, f"it is already suspended by {held.username}")
        case DecisionAction.RESUME if held is None and by_spec:
            return Objection(DecisionReason.SUSPENDED_BY_SPEC, "spec.suspend is true: set it to false where it is kept")
        case DecisionAction.RESUME if held is None:
            return Objection(DecisionReason.NOT_SUSPENDED, "it is not suspended")
    return None


def objection_to_claim(situation: Situation, decision: Decision) -> Objection | None:
    """Why a Claim or a Release does not fit: one person at a time has a todo, and only that person lets go of it."""
    holder = claimed_by(situation.counted)
    match decision.action:
        case DecisionAction.CLAIM if holder:
            return Objection(DecisionReason.ALREADY_CLAIMED, f"{holder} has claimed it already")
        case DecisionAction.RELEASE if holder != decision.username:
            who = f"{holder} has claimed it" if holder else "nobody has claimed it"
            return Objection(DecisionReason.NOT_CLAIMED_BY_YOU, f"only who has claimed it can release it: {who}")
    return None


def applied(situation: Situation, decision: Decision) -> str:
    """What to tell the person; ``situation`` already counts the decision."""
    if decision.action is DecisionAction.RESUME and situation.todo.suspend:
        return "applied; it stays suspended by spec.suspend"
    return "applied"
