"""Creates the Todos and TodoWorkflows that the steps of a run become, as the operator: the run's writer was asked."""

from collections.abc import Mapping
from typing import Any

from myapp.application.run_ports import ChildBody, NameTaken, NotAllowed, NotMade, NotValid, RunMade, TodoMade
from myapp.domain.moment import format_moment
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.owned_creation import create_owned, owned_by
from myapp.infrastructure.kube.resource_paths import API_VERSION, TODOS, WORKFLOWS, namespace_path
from myapp.infrastructure.mapping.metadata import CREATED_BY
from myapp.infrastructure.mapping.owner_reference import DEFINITION, PART, READY_TIME
from myapp.infrastructure.mapping.run_mapper import to_run_sight
from myapp.infrastructure.mapping.todo_sight import to_sight

_WORKFLOW_LABEL = "todo.myapp.dev/workflow"
_STEP_LABEL = "todo.myapp.dev/step"


class KubeChildWriter:
    """ChildWriter over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def create_todo(self, body: ChildBody) -> TodoMade | NotMade:
        """The Todo of a step. Raises ApiError."""
        made = await self._create(TODOS, "Todo", body)
        return made if isinstance(made, NameTaken | NotAllowed | NotValid) else TodoMade(to_sight(made))

    async def create_run(self, body: ChildBody) -> RunMade | NotMade:
        """The run of a step. Raises ApiError."""
        made = await self._create(WORKFLOWS, "TodoWorkflow", body)
        return made if isinstance(made, NameTaken | NotAllowed | NotValid) else RunMade(to_run_sight(made))

    async def _create(self, plural: str, kind: str, body: ChildBody) -> Mapping[str, Any] | NotMade:
        notes = {CREATED_BY: body.created_by, DEFINITION: body.definition_name}
        if kind == "TodoWorkflow":
            notes[PART] = body.part
        if body.ready_at is not None:
            notes[READY_TIME] = format_moment(body.ready_at)
        manifest = {
            "apiVersion": API_VERSION,
            "kind": kind,
            "metadata": {
                "namespace": body.key.namespace,
                "name": body.key.name,
                "labels": {_WORKFLOW_LABEL: body.run_name, _STEP_LABEL: body.step},
                "annotations": {name: value for name, value in notes.items() if value},
                "ownerReferences": owned_by(body.run_name, body.run_uid),
            },
            "spec": dict(body.spec),
        }
        path = namespace_path(plural, body.key.namespace)
        return await create_owned(self._client, path, manifest, body.run_name, body.run_uid)
