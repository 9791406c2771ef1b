"""All kinds of the API, in the order in which they are installed."""

from myapp.infrastructure.crd.custom_resource_definition import CustomResourceDefinition
from myapp.infrastructure.crd.todo_decision_resource import TODO_DECISION_DEFINITION
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from myapp.infrastructure.crd.todo_template_resource import TODO_TEMPLATE_DEFINITION
from myapp.infrastructure.crd.todo_workflow_resource import TODO_WORKFLOW_DEFINITION

DEFINITIONS: tuple[CustomResourceDefinition, ...] = (
    TODO_DEFINITION,
    TODO_DECISION_DEFINITION,
    TODO_TEMPLATE_DEFINITION,
    TODO_WORKFLOW_DEFINITION,
)
