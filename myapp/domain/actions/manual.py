"""``manual``: a person does it and says so with a ``Complete`` decision."""

from dataclasses import dataclass
from typing import Self

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.decision import DecisionAction
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
        """A person completes it."""
        return frozenset({DecisionAction.COMPLETE})

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """Waits for a person, for as long as it takes."""
        for decision in view.counted:
            if decision.action is DecisionAction.COMPLETE:
                return Ended(Phase.SUCCEEDED, Reason.COMPLETED, f"completed by {decision.username}", decision.time)
        return Ongoing(
            Reason.AWAITING_DECISION, f"waits for {' or '.join(view.assignees) or 'a person'} to complete it"
        )
