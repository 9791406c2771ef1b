"""``resource``: one object of the cluster is applied, patched, deleted or waited for, with the rights of the todo's
account.

How that is asked of the API server is the performer's; here is what its author may say about it. The manifest is kept
as it was written: whether the object is a valid one of its kind is for the API server to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from myapp.domain.action_expressions import ActionExpressions
from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.actions.effect_progress import effect_progress
from myapp.domain.actions.object_identity import SECRET, ObjectIdentity, read_identity
from myapp.domain.actions.raw_fields import refuse_others
from myapp.domain.actions.unattended import Unattended
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.todo_phase import Reason

#: The name under which an expression finds the object.
OBJECT = "object"
#: Bytes of a manifest, or of a JSON patch, as JSON.
LONGEST_MANIFEST = 64 * 1024
#: Who the API server remembers as the owner of the fields that were applied.
FIELD_MANAGER = "todo.myapp.dev"
_IDENTITY_ONLY = frozenset({"apiVersion", "kind", "metadata"})
_METADATA_ONLY = frozenset({"name", "namespace", "uid"})
_CONTENT_OF_SECRETS = frozenset({"data", "stringData"})
_PATHS_OF_SECRETS = frozenset({"", *_CONTENT_OF_SECRETS})


class Operation(StrEnum):
    """What is done to the object."""

    APPLY = "Apply"
    PATCH = "Patch"
    DELETE = "Delete"
    WAIT = "Wait"


class PatchType(StrEnum):
    """How a patch says what it changes."""

    MERGE = "Merge"
    STRATEGIC = "Strategic"
    JSON = "JSON"


_DOES = {
    Operation.APPLY: "applies {} and waits until it is ready",
    Operation.PATCH: "patches {} and waits until it is ready",
    Operation.DELETE: "deletes {} and waits until it is gone",
    Operation.WAIT: "waits until {} is ready",
}


@dataclass(frozen=True, slots=True)
class Resource(Unattended):
    """One operation on one object, and what tells that it has succeeded or failed."""

    operation: Operation
    target: ObjectIdentity
    manifest: Mapping[str, Any]
    patch_type: PatchType = PatchType.MERGE
    json_patch: Sequence[Mapping[str, Any]] = ()
    field_manager: str = FIELD_MANAGER
    force: bool = False
    """Whether an apply takes over fields that others have."""
    set_owner_reference: bool = False
    """Whether what is applied is deleted with the todo."""
    success_when: str = ""
    failure_when: str = ""

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.resource``. Raises InvalidTodoError for what could not be done whatever the cluster is like."""
        operation = fields.required_choice("operation", Operation)
        manifest = fields.json_object("manifest", LONGEST_MANIFEST)
        patch_type = fields.choice("patch_type", PatchType.MERGE)
        json_patch = fields.json_objects("json_patch", LONGEST_MANIFEST)
        action = cls(
            operation=operation,
            target=read_identity(manifest, "spec.resource.manifest"),
            manifest=manifest,
            patch_type=patch_type,
            json_patch=json_patch,
            field_manager=fields.text("field_manager") if fields.has("field_manager") else FIELD_MANAGER,
            force=fields.flag("force"),
            set_owner_reference=fields.flag("set_owner_reference"),
            success_when=fields.text("success_when") if fields.has("success_when") else "",
            failure_when=fields.text("failure_when") if fields.has("failure_when") else "",
        )
        _tells_no_secret(action)
        _fits_together(action, fields)
        return action

    @property
    def repeatable(self) -> bool:
        """Whether asking for it twice leaves the object as asking once does, so that a restart may ask again."""
        if self.operation is Operation.DELETE:
            return bool(self.target.uid)
        if self.operation is not Operation.PATCH or self.patch_type is not PatchType.JSON:
            return True
        return all(map(_repeatable, self.json_patch))

    @property
    def expressions(self) -> ActionExpressions:
        """What is to be evaluated over the object."""
        return ActionExpressions.create_from_texts(
            OBJECT, {"spec.resource.successWhen": self.success_when, "spec.resource.failureWhen": self.failure_when}
        )

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """What the performer reports; before that, what it is about to do."""
        if view.report is None and view.told is None:
            does = _DOES[self.operation].format(self.target)
            return Ongoing(Reason.STARTING, does if view.attempt == 1 else f"attempt {view.attempt}: {does}")
        return effect_progress(view)


def _repeatable(step: Mapping[str, Any]) -> bool:
    """A step that says what is where, not what is to be moved; a test may not hold any more once the rest was done."""
    last = str(step.get("path", "")).rpartition("/")[2]
    return step.get("op") in ("add", "replace") and last != "-" and not last.isdigit()


def _fits_together(action: Resource, fields: EntryFields) -> None:
    """Fields of one operation say nothing about another, and what says nothing is a mistake."""
    patches_json = action.operation is Operation.PATCH and action.patch_type is PatchType.JSON
    if patches_json != bool(action.json_patch):
        raise fields.invalid("json_patch", "a list of steps with operation: Patch and patchType: JSON, nothing without")
    if fields.has("patch_type") and action.operation is not Operation.PATCH:
        raise fields.invalid("patch_type", "nothing without operation: Patch")
    for field_of_apply in ("force", "set_owner_reference", "field_manager"):
        if fields.has(field_of_apply) and action.operation is not Operation.APPLY:
            raise fields.invalid(field_of_apply, "nothing without operation: Apply")
    if action.operation is Operation.DELETE:
        for condition in ("success_when", "failure_when"):
            if fields.has(condition):
                raise fields.invalid(condition, "nothing with operation: Delete, which waits until the object is gone")
    if action.operation in (Operation.DELETE, Operation.WAIT) or patches_json:
        refuse_others(action.manifest, _IDENTITY_ONLY, "spec.resource.manifest")
        refuse_others(action.manifest["metadata"], _METADATA_ONLY, "spec.resource.manifest.metadata")


def _tells_no_secret(action: Resource) -> None:
    """A todo is read by many: what a Secret holds does not belong into it."""
    if action.target.group_kind != SECRET:
        return
    for name in sorted(_CONTENT_OF_SECRETS & action.manifest.keys()):
        raise InvalidTodoError(
            f"spec.resource.manifest.{name}",
            "(not shown)",
            "no content of a Secret: whoever may read Todos would see it",
        )
    for index, step in enumerate(action.json_patch):
        if str(step.get("path", "")).strip("/").partition("/")[0] in _PATHS_OF_SECRETS:
            raise InvalidTodoError(
                f"spec.resource.jsonPatch[{index}].path", step.get("path"), "no path to the content of a Secret"
            )
