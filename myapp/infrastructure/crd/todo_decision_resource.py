"""The kind TodoDecision: one act of one person on one Todo or run, created once and never changed."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from myapp.infrastructure.crd.custom_resource_definition import WIDE, CustomResourceDefinition, PrinterColumn
from myapp.infrastructure.crd.field_types import (
    CamelCaseReason,
    Comment,
    ObjectName,
    ObjectUid,
    OperatorMessage,
    Timestamp,
    Username,
)
from myapp.infrastructure.crd.form import MAX_FIELDS, FieldText
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, validations

TargetKind = Literal["Todo", "TodoWorkflow"]
CancelMode = Literal["Terminate", "Stop", "RunFinally"]
DecisionAction = Literal[
    "Claim", "Release", "Complete", "Approve", "Reject", "Comment", "Skip", "Retry", "Cancel", "Suspend", "Resume"
]
Outcome = Literal["Counted", "Refused"]

_NEVER_CHANGED = CelRule(
    rule="self == oldSelf", message="a decision is never changed: create a new TodoDecision instead"
)


_VALUES_FOR_COMPLETE = CelRule(
    rule="!has(self.values) || size(self.values) == 0 || self.action == 'Complete'",
    message="values can be given with the action Complete only",
    field_path=".values",
)


_MODE_OF_CANCEL = CelRule(
    rule="!has(self.mode) || (self.action == 'Cancel' && self.target.kind == 'TodoWorkflow')",
    message="mode goes with the action Cancel of a TodoWorkflow only",
    field_path=".mode",
)


class DecisionTarget(ResourceModel):
    """The object decided on."""

    kind: TargetKind = Field(description="Kind of the object decided on: Todo or TodoWorkflow.")
    name: ObjectName = Field(description="Name of the object decided on, in the namespace of the decision.")
    uid: ObjectUid = Field(
        description="The metadata.uid of the object decided on, so that the decision does not fall to a later object "
        "of the same name."
    )


class DecisionUser(ResourceModel):
    """The person who decides."""

    username: Username = Field(
        description="Who decides. The API server admits the decision only if this is the user who sends the request "
        "(kubectl auth whoami shows the name)."
    )
    groups: Annotated[tuple[Username, ...], Field(max_length=256)] = Field(
        default=(),
        description="Groups in whose name the person decides; the API server admits only groups that they are in.",
    )


class TodoDecisionSpec(ResourceModel):
    """What was decided, on what, and by whom."""

    model_config = ConfigDict(json_schema_extra=validations(_NEVER_CHANGED, _VALUES_FOR_COMPLETE, _MODE_OF_CANCEL))

    target: DecisionTarget = Field(
        description="What is decided on. The decision also carries it as its only owner reference and is deleted "
        "with it."
    )
    action: DecisionAction = Field(
        description="What is decided, with the verb that it takes on the target. claim: Claim (I see to it), Release. "
        "complete: Complete (it is done and succeeds). approve: Approve, Reject. comment: Comment. control: Skip, "
        "Retry, Cancel, Suspend, Resume. A TodoWorkflow takes Comment, Retry, Cancel, Suspend and Resume."
    )
    mode: CancelMode | None = Field(
        default=None,
        description="How a TodoWorkflow is cancelled. Terminate, when not set: what runs is cancelled, and finally is "
        "not done. Stop: what runs ends by itself, then finally is done. RunFinally: what runs is cancelled, then "
        "finally is done.",
    )
    user: DecisionUser = Field(description="Who decides, proven by the API server when the decision is created.")
    message: Comment | None = Field(
        default=None, description="What the person has to say about it; shown on the target."
    )
    values: Annotated[dict[str, FieldText], Field(max_length=MAX_FIELDS)] = Field(
        default_factory=dict,
        description="With Complete: what the person filled in, by the names of the Todo's form, each written as a "
        "text.",
    )

    @model_validator(mode="after")
    def _mode_is_for_cancel(self) -> Self:
        if self.mode is not None and (self.action, self.target.kind) != ("Cancel", "TodoWorkflow"):
            raise ValueError(_MODE_OF_CANCEL.message)
        return self

    @model_validator(mode="after")
    def _values_are_for_complete(self) -> Self:
        if self.values and self.action != "Complete":
            raise ValueError(_VALUES_FOR_COMPLETE.message)
        return self


class TodoDecisionStatus(ResourceModel):
    """What became of the decision."""

    outcome: Outcome | None = Field(
        default=None,
        description="Counted: the decision took effect. Refused: it did not fit the state of the target; it is not "
        "kept for later. Not set until the operator has judged it.",
    )
    reason: CamelCaseReason | None = Field(
        default=None,
        description="Why the outcome is what it is: one CamelCase word, for programs. Without an outcome "
        "GuardNotProven: the decision waits to be judged until the admission policies are proven to work.",
    )
    message: OperatorMessage | None = Field(
        default=None,
        description="Why the outcome is what it is, as a sentence, for people; without an outcome, why it waits to be "
        "judged.",
    )
    time: Timestamp | None = Field(default=None, description="When the operator judged the decision.")


class TodoDecision(ResourceModel):
    """One act of one person. The API server proves who acts; the operator judges the decision once."""

    spec: TodoDecisionSpec = Field(description="What was decided, on what, and by whom. Never changed.")
    status: TodoDecisionStatus | None = Field(
        default=None, description="What became of the decision. Written by the operator alone."
    )


TODO_DECISION_DEFINITION = CustomResourceDefinition(
    revision=3,
    model=TodoDecision,
    kind="TodoDecision",
    plural="tododecisions",
    short_name="tdd",
    selectable_fields=(".spec.target.name", ".status.outcome"),
    columns=(
        PrinterColumn(name="Target", json_path=".spec.target.name", description="Name of the object decided on."),
        PrinterColumn(name="Action", json_path=".spec.action", description="What was decided."),
        PrinterColumn(name="User", json_path=".spec.user.username", description="Who decided."),
        PrinterColumn(name="Outcome", json_path=".status.outcome", description="Whether the decision took effect."),
        PrinterColumn(name="Reason", json_path=".status.reason", description="Why the outcome is what it is."),
        PrinterColumn(
            name="Comment", json_path=".spec.message", description="What the person had to say.", priority=WIDE
        ),
        PrinterColumn(name="Message", json_path=".status.message", description="Why, as a sentence.", priority=WIDE),
    ),
)
