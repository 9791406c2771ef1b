"""The kind TodoTemplate: a workflow that can be run again and again."""

from typing import Annotated

from pydantic import Field

from myapp.infrastructure.crd.condition import Conditions
from myapp.infrastructure.crd.custom_resource_definition import WIDE, CustomResourceDefinition, PrinterColumn
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import UniqueItems
from myapp.infrastructure.crd.todo_status import NOT_YET_SEEN
from myapp.infrastructure.crd.workflow_definition import Param, WorkflowDefinition
from myapp.infrastructure.crd.workflow_step import MAX_PARAMS, MAX_STEPS, Step


class TodoTemplateSpec(WorkflowDefinition):
    """What a run of the template consists of."""

    params: Annotated[tuple[Param, ...], Field(max_length=MAX_PARAMS), UniqueItems(keys=("name",))] = Field(
        default=(), description="What a run can be given, or must be."
    )
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS), UniqueItems(keys=("name",))] = Field(
        description="What is to be done. A step becomes a Todo when it is ready to be done; its values are resolved "
        "then: $(...) holds a CEL expression over params, steps, workflow, item and index, and $$( stands for $(."
    )


class TodoTemplateStatus(ResourceModel):
    """Whether the template can be run."""

    observed_generation: Annotated[int, Field(strict=True, ge=NOT_YET_SEEN)] = Field(
        default=NOT_YET_SEEN,
        description="The metadata.generation that this status was derived from; -1 as long as the operator has not "
        "seen the template.",
    )
    steps: Annotated[int, Field(strict=True, ge=0)] | None = Field(
        default=None, description="How many steps it has, those of finally included."
    )
    conditions: Conditions = Field(
        default=(),
        description="Ready: it can be run. Stalled: it cannot, with all the problems in one message.",
    )


class TodoTemplate(ResourceModel):
    """A reusable workflow. A change of it touches later runs only."""

    spec: TodoTemplateSpec = Field(description="What a run consists of. Written by people, Git and pipelines.")
    status: TodoTemplateStatus = Field(
        default_factory=TodoTemplateStatus,
        description="Whether the template can be run. Written by the operator alone.",
        json_schema_extra={"default": {"observedGeneration": NOT_YET_SEEN}},
    )


TODO_TEMPLATE_DEFINITION = CustomResourceDefinition(
    revision=1,
    model=TodoTemplate,
    kind="TodoTemplate",
    plural="todotemplates",
    short_name="tdt",
    selectable_fields=(),
    columns=(
        PrinterColumn(
            name="Ready",
            json_path=".status.conditions[?(@.type=='Ready')].status",
            description="Whether the template can be run.",
        ),
        PrinterColumn(
            name="Reason",
            json_path=".status.conditions[?(@.type=='Ready')].reason",
            description="Why it can be run or cannot.",
        ),
        PrinterColumn(name="Steps", type="integer", json_path=".status.steps", description="How many steps it has."),
        PrinterColumn(
            name="Message",
            json_path=".status.conditions[?(@.type=='Ready')].message",
            description="What is wrong with it.",
            priority=WIDE,
        ),
    ),
)
