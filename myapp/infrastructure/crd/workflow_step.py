"""A step of a workflow: its place in the graph, and the Todo that it becomes."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from myapp.infrastructure.crd.field_types import ObjectName
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyObject, AnyValue, CelRule, UniqueItems, validations
from myapp.infrastructure.crd.step_fields import add_todo_fields
from myapp.infrastructure.crd.todo_spec import KINDS_OF_ACTION

STEP_NAME = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
MAX_STEPS = 500
MAX_PARAMS = 64
MAX_EXPRESSION = 2048
"""Characters of a CEL expression."""
MOST_ITEMS = 10_000
"""Items of a forEach."""

_ONE_ACTION = CelRule(
    rule=f"[{', '.join(f'has(self.{kind})' for kind in KINDS_OF_ACTION)}].filter(isSet, isSet).size() <= 1",
    message=f"a step has one action at most: {', '.join(KINDS_OF_ACTION[:-1])} or {KINDS_OF_ACTION[-1]} (none of them "
    "means manual)",
)
_TODO_OR_WORKFLOW = CelRule(
    rule="has(self.content) != has(self.workflow)",
    message="a step has either content, and what else a Todo has, or workflow",
)
_NO_ACTION_BESIDE_WORKFLOW = CelRule(
    rule=f"!has(self.workflow) || !({' || '.join(f'has(self.{kind})' for kind in KINDS_OF_ACTION)})",
    message="a step that runs another workflow has no action of its own",
    field_path=".workflow",
)

StepName = Annotated[str, Field(pattern=STEP_NAME, max_length=63)]
ParamValues = Annotated[dict[str, Any], Field(max_length=MAX_PARAMS), AnyObject()]
Expression = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION)]


class StepDependency(ResourceModel):
    """Another step and the ends of it that this step accepts."""

    name: StepName = Field(description="Name of the step to wait for; for one of finally, of another one there.")
    on: Annotated[
        tuple[Literal["Succeeded", "Failed", "Skipped", "Cancelled"], ...],
        Field(min_length=1, max_length=4),
        UniqueItems(),
    ] = Field(
        default=("Succeeded",),
        description="Phases of that step that let this one go on; [Succeeded] when not set. If it ends in any other "
        "phase, this step becomes Skipped with the reason DependencyFailed. A failure that is named here by some step "
        'counts as handled. Quote the key in YAML ("on"): there a bare on means true.',
    )


class ForEach(ResourceModel):
    """The step is done once for each item of a list."""

    items: Annotated[Any, AnyValue()] = Field(
        description="The items: a list, or a text with a CEL expression that yields one, over params, workflow and the "
        f"outputs of earlier steps. The step sees each as item, and its place as index, from 0. At most {MOST_ITEMS:,}."
    )
    parallelism: Annotated[int, Field(strict=True, ge=1, le=MOST_ITEMS)] | None = Field(
        default=None, description="How many items are done at the same time; no limit of its own when not set."
    )


class TemplateRef(ResourceModel):
    """A TodoTemplate of the same namespace."""

    name: ObjectName = Field(description="Name of the TodoTemplate, in the same namespace. It may be created later.")


class SubWorkflow(ResourceModel):
    """Another workflow, run as a step of this one."""

    template_ref: TemplateRef = Field(description="Which workflow is run.")
    params: ParamValues = Field(
        default_factory=dict, description="Its parameters by name; a text may hold $(...), resolved when it is started."
    )


def _with_todo_fields(schema: JsonDict) -> None:
    add_todo_fields(schema)
    schema.update(validations(_TODO_OR_WORKFLOW, _ONE_ACTION, _NO_ACTION_BESIDE_WORKFLOW))


class Step(ResourceModel):
    """One step: a Todo that is created when it is ready to be done, or another workflow."""

    model_config = ConfigDict(json_schema_extra=_with_todo_fields)

    name: StepName = Field(description="Name of the step: lower case letters, digits and '-', a letter first.")
    depends_on: Annotated[tuple[StepDependency, ...], Field(max_length=MAX_STEPS), UniqueItems(keys=("name",))] = Field(
        default=(), description="Steps that must have ended before this one is begun."
    )
    when: Expression | None = Field(
        default=None,
        description="Whether the step is done at all: a CEL expression over params, workflow and steps['NAME'].phase "
        "and .outputs, asked once when the steps that it depends on have ended. False makes it Skipped with the reason "
        "WhenFalse, no value Failed with WhenError.",
    )
    for_each: ForEach | None = Field(
        default=None, description="Do the step once for each item of a list; its outputs are a list then, by index."
    )
    workflow: SubWorkflow | None = Field(
        default=None, description="Run another workflow, with the account of this one, instead of doing a Todo."
    )
