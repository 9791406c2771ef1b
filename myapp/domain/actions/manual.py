"""``manual``: a person does it and says so with a ``Complete`` decision."""

from dataclasses import dataclass
from typing import Self

from myapp.domain.actions.action import ActiveView, Ended, Objection, Ongoing
from myapp.domain.counted_decisions import claimed_by
from myapp.domain.decision import Decision, DecisionAction
from myapp.domain.entry_fields import EntryFields
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class Manual:
    """Ends with the first ``Complete`` that counts."""

    @classmethod
    def create_from_fields(cls, _fields: EntryFields) -> Self:
        """Read ``spec.manual``, which has no fields."""
        return cls()

    @property
    def accepts(self) -> frozenset[DecisionAction]:
        """A person claims it and completes it."""
        return frozenset({DecisionAction.CLAIM, DecisionAction.RELEASE, DecisionAction.COMPLETE})

    @property
    def may_be_skipped(self) -> bool:
        """A person may decide that it need not be done."""
        return True

    @property
    def groups_that_matter(self) -> frozenset[str]:
        """None: RBAC alone says who may complete it."""
        return frozenset()

    def objection(self, _view: ActiveView, _decision: Decision) -> Objection | None:
        """Whoever RBAC lets complete it, may."""
        return None

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """Waits for a person, for as long as it takes."""
        for decision in view.counted:
            if decision.action is DecisionAction.COMPLETE:
                return Ended(Phase.SUCCEEDED, Reason.COMPLETED, f"completed by {decision.username}", decision.time)
        whom = claimed_by(view.counted) or " or ".join(view.assignees) or "a person"
        return Ongoing(Reason.AWAITING_DECISION, f"waits for {whom} to complete it")
