"""A person's act on a todo, and what becomes of it.

Who the person is was proven at admission (the policy in ``deploy/policies``); the domain only judges whether the act
fits the state of its target. A decision is judged once and never kept for later.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from myapp.domain.todo_key import TodoKey


class DecisionAction(StrEnum):
    """What a person may do."""

    CLAIM = "Claim"
    RELEASE = "Release"
    COMPLETE = "Complete"
    APPROVE = "Approve"
    REJECT = "Reject"
    COMMENT = "Comment"
    SKIP = "Skip"
    RETRY = "Retry"
    CANCEL = "Cancel"
    SUSPEND = "Suspend"
    RESUME = "Resume"

    @property
    def participle(self) -> str:
        """What has been done, for a sentence: `claimed`."""
        return _PARTICIPLES.get(self, f"{self.lower().removesuffix('e')}ed")


_PARTICIPLES = {
    DecisionAction.SKIP: "skipped",
    DecisionAction.RETRY: "retried",
    DecisionAction.CANCEL: "cancelled",
}


class CancelMode(StrEnum):
    """How the Cancel of a workflow ends it; a later Cancel may only be harder."""

    STOP = "Stop"
    """What is under way finishes, nothing new starts, then ``finally``."""
    RUN_FINALLY = "RunFinally"
    """What is under way is cancelled, then ``finally``."""
    TERMINATE = "Terminate"
    """What is under way is cancelled, and ``finally`` is left out."""

    @property
    def hardness(self) -> int:
        """The higher, the less goes on."""
        return tuple(CancelMode).index(self)


class TargetKind(StrEnum):
    """What a decision is about."""

    TODO = "Todo"
    WORKFLOW = "TodoWorkflow"


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
    """The kind of action does not take this decision."""
    ALREADY_CLAIMED = "AlreadyClaimed"
    NOT_CLAIMED_BY_YOU = "NotClaimedByYou"
    NOT_AN_APPROVER = "NotAnApprover"
    SELF_APPROVAL = "SelfApproval"
    ALREADY_VOTED = "AlreadyVoted"
    NOT_NEEDED = "NotNeeded"
    """Enough have approved but for somebody of another group."""
    ALREADY_CANCELLING = "AlreadyCancelling"
    ALREADY_SUSPENDED = "AlreadySuspended"
    NOT_SUSPENDED = "NotSuspended"
    SUSPENDED_BY_SPEC = "SuspendedBySpec"
    NOT_FAILED = "NotFailed"
    INVALID_DECISION = "InvalidDecision"
    INVALID_VALUES = "InvalidValues"
    GUARD_NOT_PROVEN = "GuardNotProven"
    """Nothing proves who made it."""


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
    groups: tuple[str, ...] = ()
    """Groups of the person, proven like the name."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the person has filled in."""
    version: str = "0"
    """The resourceVersion in which the decision object was seen."""
    problem: str = ""
    """What is wrong with the object itself, if anything: then it can only be refused."""
    told: str = ""
    """Why it waits, if its own status says so already."""
    unproven: str = ""
    """Why nobody can know who made it, if nobody can: then it does not count."""
    mode: CancelMode | None = None
    """How to cancel a workflow; None where the person did not say."""
    target_kind: TargetKind = TargetKind.TODO

    @property
    def order(self) -> tuple[datetime, str]:
        """Decisions are judged in this order: as they were made; within one second of the API server any will do."""
        return self.created_at, self.id

    def counted(self, groups_that_matter: Collection[str] = ()) -> "CountedDecision":
        """What the target's status keeps of this decision: of the groups only those that matter to the target."""
        groups = tuple(group for group in self.groups if group in groups_that_matter)
        return CountedDecision(self.id, self.action, self.username, self.created_at, self.message, groups, self.values)


@dataclass(frozen=True, slots=True)
class CountedDecision:
    """A decision that was applied, as the target's status records it."""

    id: str
    action: DecisionAction
    username: str
    time: datetime
    message: str = ""
    groups: tuple[str, ...] = ()
    """The groups for which a vote counts, beside the person."""
    values: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What was filled in: becomes the outputs in the write that counts the decision, and is not kept beside them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The judgement of one decision, to be written to the decision's own status."""

    decision: Decision
    outcome: DecisionOutcome
    reason: DecisionReason
    message: str

    @classmethod
    def counted(cls, decision: Decision, message: str = "applied") -> "Answer":
        """The decision was applied."""
        return cls(decision, DecisionOutcome.COUNTED, DecisionReason.APPLIED, message)

    @classmethod
    def refused(cls, decision: Decision, reason: DecisionReason, message: str) -> "Answer":
        """The decision does not fit and will never count."""
        return cls(decision, DecisionOutcome.REFUSED, reason, message)
