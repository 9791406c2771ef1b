"""The action ``resource``: one object of the cluster is applied, patched, deleted or waited for."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import AnyValue, CelRule, ObjectLike, OrderedItems, validations

MAX_EXPRESSION = 2048
"""Characters of a CEL expression."""

_JSON_PATCH = CelRule(
    rule="has(self.jsonPatch) == (self.operation == 'Patch' && has(self.patchType) && self.patchType == 'JSON')",
    message="jsonPatch goes with operation: Patch and patchType: JSON, and only with them",
    field_path=".jsonPatch",
)
_PATCH_TYPE = CelRule(
    rule="!has(self.patchType) || self.operation == 'Patch'",
    message="patchType goes with operation: Patch only",
    field_path=".patchType",
)
_OF_APPLY = CelRule(
    rule="self.operation == 'Apply' || !(has(self.force) || has(self.setOwnerReference) || has(self.fieldManager))",
    message="force, setOwnerReference and fieldManager go with operation: Apply only",
)
_DELETE_ENDS_WITH_IT = CelRule(
    rule="self.operation != 'Delete' || !(has(self.successWhen) || has(self.failureWhen))",
    message="a deletion waits until the object is gone: successWhen and failureWhen do not go with it",
)
RULES = (_JSON_PATCH, _PATCH_TYPE, _OF_APPLY, _DELETE_ENDS_WITH_IT)

Expression = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION)]


class ManifestMetadata(ResourceModel):
    """Which object it is."""

    name: Annotated[str, Field(min_length=1, max_length=253)] = Field(description="The object's name.")
    namespace: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)] | None = Field(
        default=None,
        description="Its namespace; the Todo's own when not set, if the kind has namespaces. Whether the account may "
        "act elsewhere is for RBAC to say.",
    )
    uid: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="Only the object with this uid is meant, and none that takes its name later."
    )


class ManifestHead(ResourceModel):
    """What every object begins with."""

    api_version: Annotated[str, Field(pattern=r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[a-z0-9]+$", max_length=317)] = (
        Field(description="Group and version of the kind, such as v1 or apps/v1.")
    )
    kind: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=63)] = Field(
        description="The kind, such as Deployment; that of a CRD as well."
    )
    metadata: Annotated[dict[str, Any], ObjectLike(ManifestMetadata)] = Field(description="Which object it is.")


class PatchStep(ResourceModel):
    """One step of a JSON patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"] = Field(description="What is done.")
    path: Annotated[str, Field(pattern=r"^(/.*)?$", max_length=1024)] = Field(
        description="Where, as a JSON pointer such as /spec/replicas."
    )
    source: Annotated[str, Field(pattern=r"^(/.*)?$", max_length=1024)] | None = Field(
        default=None, alias="from", description="From where something is moved or copied."
    )
    value: Annotated[Any, AnyValue()] | None = Field(default=None, description="What is added, set or expected.")


class Resource(ResourceModel):
    """One operation on one object, made with the rights of the Todo's service account."""

    model_config = ConfigDict(json_schema_extra=validations(*RULES))

    operation: Literal["Apply", "Patch", "Delete", "Wait"] = Field(
        description="What is done. Apply: server-side apply of the manifest. Patch: a patch of an object that exists. "
        "Delete: deletion, and success where there is none. Wait: nothing. All but Delete then wait until the object "
        "is ready, Delete until it is gone."
    )
    manifest: Annotated[dict[str, Any], ObjectLike(ManifestHead)] = Field(
        description="The object: whole for Apply, what a Merge or Strategic patch sets for Patch, and which one it is "
        "for the others. At most 64 KiB. The content of a Secret does not belong here."
    )
    patch_type: Literal["Merge", "Strategic", "JSON"] | None = Field(
        default=None,
        description="How the patch is written: Merge (RFC 7386), Strategic (built-in kinds only) or JSON (RFC 6902). "
        "Merge when not set.",
    )
    json_patch: Annotated[
        tuple[Annotated[dict[str, Any], ObjectLike(PatchStep, open=False)], ...],
        Field(min_length=1, max_length=64),
        OrderedItems(),
    ] = Field(default=(), description="The steps of a JSON patch, for patchType: JSON.")
    field_manager: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-A-Za-z0-9._/:]*$", max_length=128)] | None = Field(
        default=None,
        description="As whom server-side apply remembers who has set the fields; todo.myapp.dev when not set. Todos "
        "that apply different parts of one object need different ones.",
    )
    force: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="Whether an Apply takes over fields that others have set. When not set it does not: the Todo fails "
        "and says whose they are.",
    )
    set_owner_reference: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="Whether what is applied is deleted together with the Todo. It must be in the Todo's namespace.",
    )
    success_when: Expression | None = Field(
        default=None,
        description="CEL over object: what makes the Todo succeed, in place of the readiness by kstatus' rules, such "
        "as object.status.phase == 'Running'.",
    )
    failure_when: Expression | None = Field(
        default=None, description="CEL over object: what makes the attempt fail. Looked at before successWhen."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        json_patch = self.operation == "Patch" and self.patch_type == "JSON"
        of_apply = (self.force, self.set_owner_reference, self.field_manager)
        conditions = (self.success_when, self.failure_when)
        broken = {
            _JSON_PATCH: bool(self.json_patch) != json_patch,
            _PATCH_TYPE: self.patch_type is not None and self.operation != "Patch",
            _OF_APPLY: self.operation != "Apply" and any(field is not None for field in of_apply),
            _DELETE_ENDS_WITH_IT: self.operation == "Delete" and any(field is not None for field in conditions),
        }
        for rule, is_broken in broken.items():
            if is_broken:
                raise ValueError(rule.message)
        return self
