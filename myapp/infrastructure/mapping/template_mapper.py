"""A TodoTemplate of the API as a snapshot of the application, and its status as the API's."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from myapp.application.run_snapshot import TemplateSnapshot
from myapp.domain.errors import InvalidTodoError
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.template_status import TemplateStatus
from myapp.infrastructure.crd import todo_template_resource as api
from myapp.infrastructure.mapping.metadata import ObjectMetadata
from myapp.infrastructure.mapping.status_parts import from_condition, merge_patch, to_conditions


def to_template(raw: Mapping[str, Any]) -> TemplateSnapshot:
    """Read an object. One whose spec cannot be understood has no definition, and says why."""
    metadata = ObjectMetadata.of(raw)
    definition, problem = None, ""
    try:
        definition = Definition.create_from_dict(raw.get("spec") or {})
    except InvalidTodoError as error:
        problem = str(error)
    return TemplateSnapshot(
        key=metadata.key,
        uid=metadata.uid,
        version=metadata.version,
        generation=metadata.generation,
        definition=definition,
        status=_to_status(raw.get("status") or {}),
        problem=problem,
        terminating=metadata.terminating,
    )


def _to_status(raw: Mapping[str, Any]) -> TemplateStatus:
    """One that cannot be understood is written anew: nothing of it needs to be remembered."""
    try:
        status = api.TodoTemplateStatus.model_validate(raw)
    except ValidationError:
        return TemplateStatus()
    return TemplateStatus(status.observed_generation, status.steps or 0, to_conditions(status.conditions))


def template_status_patch(before: TemplateStatus, after: TemplateStatus) -> dict[str, Any]:
    """The merge patch that turns one status into the other."""
    return merge_patch(_fields(before), _fields(after))


def _fields(status: TemplateStatus) -> dict[str, Any]:
    return {
        "observedGeneration": status.observed_generation,
        "steps": status.steps,
        "conditions": list(map(from_condition, status.conditions)),
    }
