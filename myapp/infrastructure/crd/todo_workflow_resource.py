"""The kind TodoWorkflow: one run of a workflow."""

from typing import Annotated

from pydantic import ConfigDict, Field

from myapp.infrastructure.crd.custom_resource_definition import WIDE, CustomResourceDefinition, PrinterColumn
from myapp.infrastructure.crd.field_types import GoDuration, ObjectName
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, OrderedItems, validations
from myapp.infrastructure.crd.todo_status import NOT_YET_SEEN
from myapp.infrastructure.crd.workflow_definition import MAX_FINALLY, WorkflowDefinition
from myapp.infrastructure.crd.workflow_status import TodoWorkflowStatus
from myapp.infrastructure.crd.workflow_step import MAX_STEPS, ParamValues, Step, TemplateRef

MAX_NAME = 63
"""Characters of a run's name: its Todos and its labels begin with it."""

_NAME_WITHOUT_DOTS = CelRule(
    rule=f"size(self.metadata.name) <= {MAX_NAME} && !self.metadata.name.contains('.')",
    message=f"the name of a TodoWorkflow has at most {MAX_NAME} characters and no dot: its Todos are named "
    "NAME.STEP after it",
    field_path=".spec",  # a rule cannot point at metadata
)
_TEMPLATE_OR_STEPS = CelRule(
    rule="has(self.templateRef) != has(self.steps)", message="exactly one of templateRef and steps must be set"
)
_OF_A_TEMPLATE = ("finally", "failurePolicy", "parallelism", "outputs")
_TEMPLATE_SAYS = CelRule(
    rule=f"!has(self.templateRef) || !({' || '.join(f'has(self.{field})' for field in _OF_A_TEMPLATE)})",
    message=f"{', '.join(_OF_A_TEMPLATE[:-1])} and {_OF_A_TEMPLATE[-1]} go with steps: with templateRef the template "
    "says them",
    field_path=".templateRef",
)
_FIXED = (
    *("templateRef", "params", "steps", "finally", "failurePolicy", "parallelism", "outputs"),
    *("serviceAccountName", "rerunOf"),
)


def _fixed(field: str) -> CelRule:
    """A transition rule: the field stays what it is."""
    return CelRule(
        rule=f"has(self.{field}) ? has(oldSelf.{field}) && self.{field} == oldSelf.{field} : !has(oldSelf.{field})",
        message=f"{field} is fixed when the run is created: start another run for what is to be done differently",
        field_path=f".{field}",
    )


class TodoWorkflowSpec(WorkflowDefinition):
    """What is run, and how."""

    model_config = ConfigDict(json_schema_extra=validations(_TEMPLATE_OR_STEPS, _TEMPLATE_SAYS, *map(_fixed, _FIXED)))

    template_ref: TemplateRef | None = Field(
        default=None,
        description="The template to run; later changes of it do not touch this run. It takes the verb run on it, or "
        "that of its account (docs/security.md). Fixed when the run is created.",
    )
    params: ParamValues = Field(
        default_factory=dict,
        description="The values of the parameters by name, as the template declares them; with steps, plain values "
        "that expressions see as params. Fixed when the run is created.",
    )
    # Of one owner: who follows the steps one by one, for merging what is fixed anyway, stores each a second time
    # (managedFields), and 500 of them would not fit into 256 KiB. That their names differ is judged at acceptance.
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS), OrderedItems()] = Field(
        default=(),
        description="What is to be done, in place of templateRef; see spec.steps of TodoTemplate. Fixed when the run "
        "is created.",
    )
    finally_: Annotated[tuple[Step, ...], Field(max_length=MAX_FINALLY), OrderedItems()] = Field(
        default=(),
        alias="finally",
        description="Steps that are done when all others have ended, however they ended; not after Cancel with mode "
        "Terminate. They depend on each other only. Fixed when the run is created.",
    )
    suspend: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="True begins nothing new and stops the clock of timeout; what runs ends by itself. False goes on.",
    )
    ttl_after_finished: GoDuration | None = Field(
        default=None,
        description="How long after its end the run is deleted with its Todos, as a duration such as 24h. Kept when "
        "not set.",
    )
    rerun_of: ObjectName | None = Field(
        default=None, description="The run that this one repeats, for people. Fixed when the run is created."
    )


class TodoWorkflow(ResourceModel):
    """One run of a workflow: its steps become Todos when they are ready to be done."""

    model_config = ConfigDict(json_schema_extra=validations(_NAME_WITHOUT_DOTS))

    spec: TodoWorkflowSpec = Field(description="What is run. Written by people, Git and pipelines.")
    status: TodoWorkflowStatus = Field(
        default_factory=TodoWorkflowStatus,
        description="How far the run is and why. Written by the operator alone.",
        json_schema_extra={"default": {"observedGeneration": NOT_YET_SEEN}},
    )


TODO_WORKFLOW_DEFINITION = CustomResourceDefinition(
    revision=1,
    model=TodoWorkflow,
    kind="TodoWorkflow",
    plural="todoworkflows",
    short_name="tdw",
    selectable_fields=(".status.phase", ".status.reason", ".spec.templateRef.name"),
    columns=(
        PrinterColumn(name="Phase", json_path=".status.phase", description="Where the run stands."),
        PrinterColumn(name="Reason", json_path=".status.reason", description="Why the run is in its phase."),
        PrinterColumn(name="Progress", json_path=".status.progress", description="How many steps have ended."),
        PrinterColumn(
            name="Template", json_path=".spec.templateRef.name", description="The template that is run.", priority=WIDE
        ),
        PrinterColumn(
            name="Requested-By", json_path=".status.requestedBy", description="Who started the run.", priority=WIDE
        ),
        PrinterColumn(
            name="Message", json_path=".status.message", description="The reason as one sentence.", priority=WIDE
        ),
    ),
)
