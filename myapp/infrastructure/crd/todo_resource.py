"""The kind Todo: its spec and status, the rules that see both, and what kubectl shows of it."""

from pydantic import ConfigDict, Field

from myapp.infrastructure.crd.custom_resource_definition import WIDE, CustomResourceDefinition, PrinterColumn
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, validations
from myapp.infrastructure.crd.todo_spec import KINDS_OF_ACTION, TodoSpec
from myapp.infrastructure.crd.todo_status import NOT_YET_SEEN, TodoStatus

__all__ = ["TODO_DEFINITION", "Todo", "TodoSpec", "TodoStatus"]

# A root rule sees every update, also those of finalizers and owner references. If it did not let pass what is stored
# already, an object from before the rule could never be garbage-collected.
_NO_SELF_DEPENDENCY = CelRule(
    rule="!has(self.spec.dependsOn) || self.spec.dependsOn.all(d, d.name != self.metadata.name)"
    " || (oldSelf.hasValue() && has(oldSelf.value().spec.dependsOn)"
    " && oldSelf.value().spec.dependsOn == self.spec.dependsOn)",
    message="a Todo cannot depend on itself",
    field_path=".spec.dependsOn",
    optional_old_self=True,
)


# The API server asks every rule at each write of a status too, and whatever a rule looks at costs it as much as the
# object above has properties. So what nearly always answers comes first: most fields are not set, and stay so.
_PENDING = "!has(self.status) || !has(self.status.phase) || self.status.phase == 'Pending'"


def _fixed_after_start(field: str) -> CelRule:
    """A transition rule: the field of the spec stays what it is once the Todo has left Pending."""
    new, old = f"self.spec.{field}", f"oldSelf.spec.{field}"
    return CelRule(
        rule=f"(has({new}) ? has({old}) && {new} == {old} : !has({old})) || {_PENDING}",
        message=f"{field} is fixed once the Todo has started: create a new Todo for what is to be done differently",
        field_path=f".spec.{field}",
    )


# `manual: {}` and no action at all are the same, so the form itself is compared.
_FORM_FIXED = CelRule(
    rule="(has(self.spec.manual) && has(self.spec.manual.form)"
    " ? has(oldSelf.spec.manual) && has(oldSelf.spec.manual.form)"
    " && self.spec.manual.form == oldSelf.spec.manual.form"
    f" : !has(oldSelf.spec.manual) || !has(oldSelf.spec.manual.form)) || {_PENDING}",
    message="manual.form is fixed once the Todo has started: create a new Todo for what is to be done differently",
    field_path=".spec.manual",
)


# What defines work that has started, so that it cannot change under those who do it.
_FIXED_AFTER_START = (
    *("content", "dependsOn", "when", "outputs", "startTime", "retry", "serviceAccountName"),
    *(kind for kind in KINDS_OF_ACTION if kind != "manual"),
)


class Todo(ResourceModel):
    """One unit of work that a person or a machine does: it waits for what it depends on, becomes Active, and ends."""

    model_config = ConfigDict(
        json_schema_extra=validations(
            _NO_SELF_DEPENDENCY,
            _FORM_FIXED,
            *(_fixed_after_start(field) for field in _FIXED_AFTER_START),
        )
    )

    spec: TodoSpec = Field(description="What is to be done, by whom, and when. Written by people, Git and pipelines.")
    status: TodoStatus = Field(
        default_factory=TodoStatus,
        description="How far the Todo is and why. Written by the operator alone.",
        json_schema_extra={"default": {"observedGeneration": NOT_YET_SEEN}},
    )


TODO_DEFINITION = CustomResourceDefinition(
    revision=3,
    model=Todo,
    kind="Todo",
    plural="todos",
    short_name="td",
    selectable_fields=(".status.phase", ".status.reason"),
    columns=(
        PrinterColumn(name="Phase", json_path=".status.phase", description="Where the Todo stands."),
        PrinterColumn(name="Reason", json_path=".status.reason", description="Why the Todo is in its phase."),
        PrinterColumn(name="Title", json_path=".spec.content", description="First line of the content."),
        PrinterColumn(name="Assignee", json_path=".spec.assignees[0].name", description="First of the assignees."),
        PrinterColumn(name="Due", json_path=".spec.dueTime", description="When the Todo should be done."),
        PrinterColumn(
            name="Attempt",
            type="integer",
            json_path=".status.attempt",
            description="How often the action has been started.",
        ),
        PrinterColumn(
            name="Message", json_path=".status.message", description="The reason as one sentence.", priority=WIDE
        ),
    ),
)
