"""The operations on an object as requests to the API server, each with the rights of the todo's account alone."""

from collections.abc import Mapping
from typing import Any

from myapp.application.effect import Effect
from myapp.domain.actions.resource import FIELD_MANAGER, Operation, PatchType, Resource
from myapp.domain.effect_name import effect_name
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.kube.creation_refusal import DRY_RUN
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import ApiAnswer, JsonBody, KubeClient
from myapp.infrastructure.kube.object_effect import ObjectEffect
from myapp.infrastructure.kube.resource_paths import API_VERSION

_APPLY = "application/apply-patch+yaml"  # which JSON is
_PATCHES = {
    PatchType.MERGE: "application/merge-patch+json",
    PatchType.STRATEGIC: "application/strategic-merge-patch+json",
    PatchType.JSON: "application/json-patch+json",
}
#: Who misspells a field is told so, instead of waiting for what will never be.
_STRICT = {"fieldValidation": "Strict"}


class ObjectRequests:
    """Sends them. Every method raises ApiError."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def read(self, effect: ObjectEffect) -> ApiAnswer:
        """The object as it is now."""
        return await self._client.request("GET", effect.place.path, acting_as=effect.acting_as)

    async def send(
        self, effect: ObjectEffect, mark: str = "", version: str = "", *, dry_run: bool = False
    ) -> ApiAnswer:
        """Apply or patch. ``mark`` is who is to be remembered for it; ``version`` the only one that may be changed."""
        action, place = effect.action, effect.place
        params = {"fieldManager": mark or action.field_manager, **_STRICT, **(DRY_RUN if dry_run else {})}
        if action.operation is Operation.APPLY:
            params["force"] = "true" if action.force else "false"
            return await self._patch(effect, _APPLY, params, applied(action, place, effect.todo))
        if action.patch_type is PatchType.JSON:
            held = [{"op": "replace", "path": "/metadata/resourceVersion", "value": version}] if version else []
            return await self._patch(effect, _PATCHES[PatchType.JSON], params, [*held, *map(dict, action.json_patch)])
        return await self._patch(effect, _PATCHES[action.patch_type], params, action.manifest)

    async def delete(self, effect: ObjectEffect, uid: str, *, dry_run: bool = False) -> ApiAnswer:
        """Have the object with that uid deleted, and what belongs to it; an empty uid means whichever has the name."""
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}
        if uid:
            options["preconditions"] = {"uid": uid}
        params = DRY_RUN if dry_run else None
        return await self._client.request(
            "DELETE", effect.place.path, params=params, body=options, acting_as=effect.acting_as
        )

    async def _patch(
        self, effect: ObjectEffect, content_type: str, params: Mapping[str, str], body: JsonBody
    ) -> ApiAnswer:
        return await self._client.request(
            "PATCH", effect.place.path, params=params, body=body, content_type=content_type, acting_as=effect.acting_as
        )


def applied(action: Resource, place: ObjectPlace, todo: TodoEntry) -> dict[str, Any]:
    """The manifest as it is applied."""
    metadata = {**action.manifest["metadata"]}
    if place.namespace:
        metadata["namespace"] = place.namespace
    if action.set_owner_reference:
        owner = {"apiVersion": API_VERSION, "kind": "Todo", "name": todo.key.name, "uid": todo.id}
        metadata["ownerReferences"] = [*(metadata.get("ownerReferences") or ()), owner]
    return {**action.manifest, "metadata": metadata}


def mark_of(effect: Effect) -> str:
    """By which an object tells that a patch which must not be repeated was made: who has set its fields."""
    return f"{FIELD_MANAGER}/{effect_name(effect.todo.key.name, effect.id)}"


def is_marked(raw: Mapping[str, Any], mark: str) -> bool:
    """Whether the object tells so."""
    return any(entry.get("manager") == mark for entry in raw["metadata"].get("managedFields") or ())
