"""A person's act on a todo, and what becomes of it.

Who the person is was proven at admission (the policy in ``deploy/policies``); the domain only judges whether the act
fits the state of its target. A decision is judged once and never kept for later.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from myapp.domain.todo_key import TodoKey


class DecisionAction(StrEnum):
    """What a person may do."""

    COMPLETE = "Complete"


class DecisionOutcome(StrEnum):
    """How a decision was judged."""

    COUNTED = "Counted"
    REFUSED = "Refused"


class DecisionReason(StrEnum):
    """Why a decision was judged as it was."""

    APPLIED = "Applied"
    TARGET_NOT_FOUND = "TargetNotFound"
    TARGET_REPLACED = "TargetReplaced"
    TARGET_FINISHED = "TargetFinished"
    TARGET_NOT_ACTIVE = "TargetNotActive"
    TARGET_TERMINATING = "TargetTerminating"
    TARGET_SUSPENDED = "TargetSuspended"
    NOT_FOR_PEOPLE = "NotForPeople"
    INVALID_DECISION = "InvalidDecision"


@dataclass(frozen=True, slots=True)
class Decision:
    """One act that has not been judged yet."""

    id: str
    key: TodoKey
    """Namespace and name of the decision object itself."""
    target: TodoKey
    target_id: str
    action: DecisionAction
    username: str
    message: str
    created_at: datetime
    version: str = "0"
    """The resourceVersion in which the decision object was seen."""
    problem: str = ""
    """What is wrong with the object itself, if anything: then it can only be refused."""

    def counted(self) -> "CountedDecision":
        """What the target's status keeps of this decision."""
        return CountedDecision(self.id, self.action, self.username, self.created_at, self.message)


@dataclass(frozen=True, slots=True)
class CountedDecision:
    """A decision that was applied, as the target's status records it."""

    id: str
    action: DecisionAction
    username: str
    time: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The judgement of one decision, to be written to the decision's own status."""

    decision: Decision
    outcome: DecisionOutcome
    reason: DecisionReason
    message: str

    @classmethod
    def counted(cls, decision: Decision, message: str) -> "Answer":
        """The decision was applied."""
        return cls(decision, DecisionOutcome.COUNTED, DecisionReason.APPLIED, message)

    @classmethod
    def refused(cls, decision: Decision, reason: DecisionReason, message: str) -> "Answer":
        """The decision does not fit and will never count."""
        return cls(decision, DecisionOutcome.REFUSED, reason, message)
