"""``approval``: enough of the right people agree, or one of them does not.

What is voted on cannot change under the voters: content and approval are fixed once the todo is active (a rule of the
CRD), and only then does a vote count.
"""

from dataclasses import dataclass
from typing import Self

from myapp.domain.actions.action import ActiveView, Ended, Objection, Ongoing
from myapp.domain.actions.attended import Attended
from myapp.domain.counted_decisions import votes
from myapp.domain.decision import Decision, DecisionAction, DecisionReason
from myapp.domain.entry_fields import EntryFields
from myapp.domain.moment import format_moment
from myapp.domain.quorum import MOST_APPROVALS, Approver, Quorum
from myapp.domain.todo_phase import Phase, Reason

_VOTES = (DecisionAction.APPROVE, DecisionAction.REJECT)


@dataclass(frozen=True, slots=True)
class Approval(Attended):
    """Ends with the approval that completes the quorum, or with the first rejection."""

    quorum: Quorum
    allow_self_approval: bool = False

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.approval``. Raises InvalidTodoError for a quorum that nobody can reach."""
        approvers = tuple(
            Approver(entry.text("kind"), entry.text("name"), entry.integer("min_approvals"))
            for entry in fields.entries("approvers")
        )
        if any(approver.kind == "User" and approver.minimum > 1 for approver in approvers):
            raise fields.invalid("approvers", "at most one approval of a user")
        if sum(approver.minimum for approver in approvers) > MOST_APPROVALS:
            raise fields.invalid("approvers", f"at most {MOST_APPROVALS} approvals of all groups and users together")
        minimum = fields.integer("min_approvals") or 1
        if approvers and all(approver.kind == "User" for approver in approvers) and minimum > len(approvers):
            raise fields.invalid("min_approvals", f"at most {len(approvers)}, the number of approvers")
        return cls(Quorum(minimum, approvers), fields.flag("allow_self_approval"))

    @property
    def accepts(self) -> frozenset[DecisionAction]:
        """Votes, and a claim of who sees to it. Nobody can complete or skip an approval."""
        return frozenset({DecisionAction.CLAIM, DecisionAction.RELEASE, *_VOTES})

    @property
    def may_be_skipped(self) -> bool:
        """Never: what stands behind it would go on unapproved."""
        return False

    @property
    def groups_that_matter(self) -> frozenset[str]:
        """The groups among the approvers."""
        return frozenset(approver.name for approver in self.quorum.approvers if approver.kind == "Group")

    @property
    def may_be_retried(self) -> bool:
        """Never: what nobody approved in time, or somebody rejected, is asked anew by a new todo."""
        return False

    def objection(self, view: ActiveView, decision: Decision) -> Objection | None:
        """Who may vote, and once."""
        if decision.action not in _VOTES:
            return None
        opened_at = view.active_since.replace(microsecond=0)  # the API server's times have whole seconds
        if decision.created_at < opened_at:
            message = f"it was not open for votes before {format_moment(opened_at)}, and may have been edited since"
            return Objection(DecisionReason.TARGET_NOT_ACTIVE, message)
        if not self.quorum.entitles(decision.username, decision.groups):
            among = ", ".join(map(str, self.quorum.approvers))
            return Objection(DecisionReason.NOT_AN_APPROVER, f"{decision.username} is none of the approvers: {among}")
        if any(made.username == decision.username for action in _VOTES for made in votes(view.counted, action)):
            return Objection(DecisionReason.ALREADY_VOTED, f"{decision.username} has voted already")
        return self._objection_to_approval(view, decision) if decision.action is DecisionAction.APPROVE else None

    def _objection_to_approval(self, view: ActiveView, decision: Decision) -> Objection | None:
        """Who may not approve what they asked for, and whose approval is not waited for."""
        if view.requester == decision.username and not self.allow_self_approval:
            return Objection(DecisionReason.SELF_APPROVAL, f"{decision.username} has created it and may not approve it")
        approvals = votes(view.counted, DecisionAction.APPROVE)
        if self.quorum.needs(approvals, decision.counted(self.groups_that_matter)):
            return None
        message = f"one more approval of {decision.username} would change nothing: it has"
        return Objection(DecisionReason.NOT_NEEDED, f"{message} {self.quorum.lacks(approvals)}")

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """Waits for people, for as long as it takes."""
        for made in votes(view.counted, DecisionAction.REJECT):
            why = f": {made.message}" if made.message else ""
            return Ended(Phase.FAILED, Reason.REJECTED, f"rejected by {made.username}{why}", made.time)
        approvals = votes(view.counted, DecisionAction.APPROVE)
        lacking = self.quorum.lacks(approvals)
        if lacking:
            return Ongoing(Reason.AWAITING_DECISION, f"has {lacking}")
        names = ", ".join(made.username for made in approvals)
        return Ended(Phase.SUCCEEDED, Reason.APPROVED, f"approved by {names}", approvals[-1].time)
