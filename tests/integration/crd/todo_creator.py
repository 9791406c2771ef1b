"""Creates Todos for tests, in any phase: the tests play the operator's part themselves."""

from dataclasses import dataclass

from tests.api_server import ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path


@dataclass(frozen=True, slots=True)
class TodoCreator:
    """Creates Todos in one namespace: `create_todo("deploy", phase="Active", timeout="1h")`."""

    api: ApiServer
    operator: ApiServer
    """Who may write the status."""
    namespace: str

    def __call__(self, name: str = "todo", *, phase: str | None = None, **spec: object) -> JsonObject:
        """The Todo as the API server stored it."""
        created = self.api.create(todos_path(self.namespace), todo_manifest(name, **spec))
        assert created.accepted, created.message
        if phase is None:
            return created.body
        moved = self.operator.patch(f"{todos_path(self.namespace)}/{name}/status", {"status": {"phase": phase}})
        assert moved.accepted, moved.message
        return moved.body
