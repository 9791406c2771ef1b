"""A run as its author wrote it: which definition it follows, with which values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.json_value import JsonValue
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.definition import Definition


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One execution of a definition: that of a template, or its own."""

    id: str
    """The object's uid."""
    key: TodoKey
    created_at: datetime
    generation: int
    template: str = ""
    """The name of the template; empty where the definition stands in the run itself."""
    definition: Definition | None = None
    """The run's own; None where it names a template."""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    service_account_name: str = ""
    """Whose rights its steps have; empty leaves that to the definition."""
    suspend: bool = False
    timeout: timedelta | None = None
    """None leaves that to the definition."""
    ttl_after_finished: timedelta | None = None
    requester: str = ""
    """The person who created it, as the API server proved it; empty where nobody is proven."""
    created_by: str = ""
    """What the annotation says that its children carry on, proven or not."""
    parent: OwnerRun | None = None
    """The run that it is a step of; None where it is none."""
    definition_name: str = ""
    """Of a step of a run: where the templates are kept that it may name."""

    @classmethod
    def create_from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build a run from plain values.

        ``data`` has ``id``, ``namespace``, ``name``, ``created_at`` and ``generation``, and where they apply
        ``requester``, ``created_by``, ``parent`` (an OwnerRun) and ``definition_name``, beside the fields of the spec
        in the API's form (camel case, plain JSON).

        Raises InvalidTodoError, which names the first field that does not fit.
        """
        fields = EntryFields(data)
        key = TodoKey(fields.text("namespace"), fields.text("name"))
        template = fields.within("templateRef").text("name") if fields.has("templateRef") else ""
        if bool(template) == fields.has("steps"):
            raise InvalidTodoError("spec", "both" if template else "neither", "one of templateRef and steps")
        params = data.get("params") or {}
        if not isinstance(params, Mapping):
            raise fields.invalid("params", "an object")
        return cls(
            id=fields.text("id"),
            key=key,
            created_at=fields.required_time("created_at"),
            generation=fields.integer("generation"),
            template=template,
            definition=None if template else Definition.create_from_dict(data),
            params=dict(params),
            service_account_name=fields.text("serviceAccountName") if fields.has("serviceAccountName") else "",
            suspend=fields.flag("suspend"),
            timeout=fields.duration("timeout"),
            ttl_after_finished=fields.duration("ttlAfterFinished"),
            requester=fields.any_text("requester") or "",
            created_by=fields.any_text("created_by") or "",
            parent=data.get("parent"),
            definition_name=fields.any_text("definition_name") or "",
        )

    def expires_at(self, completed_at: datetime | None) -> datetime | None:
        """When a run that ended at ``completed_at`` may be deleted; None means never, which is the default."""
        if self.ttl_after_finished is None or completed_at is None:
            return None
        return completed_at + self.ttl_after_finished
