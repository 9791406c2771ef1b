"""Keeps the definition that a run has started with in a ControllerRevision, which cannot be changed once it is made."""

from collections.abc import Mapping

from myapp.application.run_ports import KeptDefinition, NameTaken, NotAllowed, NotValid
from myapp.domain.json_value import JsonValue
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.owned_creation import create_owned, owned_by
from myapp.infrastructure.kube.resource_paths import revisions_path


class DefinitionRevisions:
    """DefinitionStore over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def load(self, key: TodoKey) -> KeptDefinition | None:
        """What is kept under that name. Raises ApiError."""
        answer = await self._client.request("GET", revisions_path(key.namespace, key.name))
        return None if answer.missing else KeptDefinition(answer.body.get("data") or {})

    async def keep(
        self, key: TodoKey, run_name: str, run_uid: str, data: Mapping[str, JsonValue]
    ) -> KeptDefinition | NameTaken | NotAllowed:
        """Keep it for that run. Raises ApiError."""
        manifest = {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {
                "namespace": key.namespace,
                "name": key.name,
                "labels": {"todo.myapp.dev/workflow": run_name},
                "ownerReferences": owned_by(run_name, run_uid),
            },
            "revision": 1,
            "data": dict(data),
        }
        made = await create_owned(self._client, revisions_path(key.namespace), manifest, run_name, run_uid)
        if isinstance(made, NotValid):
            return NotAllowed(f"its definition, with the templates that it names, cannot be kept: {made.message}")
        return made if isinstance(made, NameTaken | NotAllowed) else KeptDefinition(made.get("data") or {})
