"""``manual``: a person does it and says so with a ``Complete`` decision."""

from dataclasses import dataclass, field
from typing import Self

from myapp.domain.actions.action import ActiveView, Ended, Objection, Ongoing
from myapp.domain.actions.attended import Attended
from myapp.domain.counted_decisions import claimed_by
from myapp.domain.decision import Decision, DecisionAction, DecisionReason
from myapp.domain.entry_fields import EntryFields
from myapp.domain.form import Form
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class Manual(Attended):
    """Ends with the first ``Complete`` that counts; what was filled in becomes the outputs."""

    form: Form = field(default_factory=Form)

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.manual``. Raises InvalidTodoError."""
        return cls(Form.create_from_fields(fields.within("form"))) if fields.has("form") else cls()

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

    @property
    def may_be_retried(self) -> bool:
        """A person may get another chance to do it in time."""
        return True

    def objection(self, _view: ActiveView, decision: Decision) -> Objection | None:
        """Whoever RBAC lets complete it, may; what they fill in must fit the form."""
        if decision.action is not DecisionAction.COMPLETE:
            return None
        problems = self.form.problems(decision.values)
        return Objection(DecisionReason.INVALID_VALUES, problems) if problems else None

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """Waits for a person, for as long as it takes."""
        for decision in view.counted:
            if decision.action is DecisionAction.COMPLETE:
                message, outputs = f"completed by {decision.username}", self.form.filled(decision.values)
                return Ended(Phase.SUCCEEDED, Reason.COMPLETED, message, decision.time, outputs)
        whom = claimed_by(view.counted) or " or ".join(view.assignees) or "a person"
        return Ongoing(Reason.AWAITING_DECISION, f"waits for {whom} to complete it")
