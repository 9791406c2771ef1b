"""``job``: a Kubernetes Job runs pods to their end, with the rights of the todo's account.

How a Job is made and watched is the performer's; here is what its author may say about it. The template is kept as it
was written: what Kubernetes itself makes of it is checked by Kubernetes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from myapp.domain.actions.raw_fields import refuse_others
from myapp.domain.actions.unattended import Unattended
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError

#: Bytes of a template as JSON.
LONGEST_TEMPLATE = 64 * 1024
_TEMPLATE = frozenset({"metadata", "spec"})
_METADATA = frozenset({"labels", "annotations", "creationTimestamp"})
_OURS = "todo.myapp.dev/"


@dataclass(frozen=True, slots=True)
class Job(Unattended):
    """One Job for each attempt. ``template`` is a JobTemplateSpec of batch/v1."""

    template: Mapping[str, Any]
    idempotent: bool = False
    """Whether it may run again where nobody can tell how the first run ended."""

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.job``. Raises InvalidTodoError for a template that could not become a Job of this todo."""
        template = fields.json_object("template", LONGEST_TEMPLATE)
        path = "spec.job.template"
        refuse_others(template, _TEMPLATE, path)
        _metadata(template, path)
        spec = _object(template, "spec", path)
        pod = _object(spec, "template", f"{path}.spec")
        _metadata(pod, f"{path}.spec.template")
        _pod_spec(_object(pod, "spec", f"{path}.spec.template"), f"{path}.spec.template.spec")
        for field in ("selector", "manualSelector"):
            if spec.get(field):
                raise InvalidTodoError(f"{path}.spec.{field}", spec[field], "nothing: a Job selects its own pods")
        return cls(template, fields.flag("idempotent"))

    @property
    def effect_goes_on(self) -> bool:
        """A Job runs whether anybody looks or not."""
        return True


def _object(parent: Mapping[str, Any], field: str, path: str) -> Mapping[str, Any]:
    found = parent.get(field)
    if not isinstance(found, Mapping):
        raise InvalidTodoError(f"{path}.{field}", found, "an object")
    return found


def _metadata(parent: Mapping[str, Any], path: str) -> None:
    """Labels and annotations, none of them ours: what is ours says whose Job it is."""
    if parent.get("metadata") is None:
        return
    metadata = _object(parent, "metadata", path)
    unknown = {name for name, value in metadata.items() if name not in _METADATA and value is not None}
    for name in sorted(unknown):
        allowed = "only labels and annotations: name, namespace and owner follow from the Todo"
        raise InvalidTodoError(f"{path}.metadata.{name}", metadata[name], allowed)
    for field in ("labels", "annotations"):
        entries = metadata.get(field) or {}
        if not isinstance(entries, Mapping):
            raise InvalidTodoError(f"{path}.metadata.{field}", entries, "an object")
        for name in entries:
            if str(name).startswith(_OURS):
                raise InvalidTodoError(f"{path}.metadata.{field}", name, f"names that do not begin with {_OURS}")


def _pod_spec(spec: Mapping[str, Any], path: str) -> None:
    for field in ("serviceAccountName", "serviceAccount"):
        if spec.get(field):
            raise InvalidTodoError(
                f"{path}.{field}", spec[field], "nothing: pods run as spec.serviceAccountName of the Todo"
            )
    for field, needed in (("initContainers", False), ("containers", True)):
        entries = spec.get(field)
        if entries is None and not needed:
            continue
        if not isinstance(entries, list | tuple) or not all(isinstance(entry, Mapping) for entry in entries):
            raise InvalidTodoError(f"{path}.{field}", entries, "a list of objects")
        if needed and not entries:
            raise InvalidTodoError(f"{path}.{field}", entries, "at least one container")
