"""Reads, lists and deletes Todos."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any

from myapp.application.errors import ApiUnavailableError
from myapp.application.outcomes import Gone, Stale, WriteResult, Written
from myapp.application.ports import ListedTodo, Page
from myapp.application.snapshot import Snapshot
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import TODOS, collection_paths, object_path
from myapp.infrastructure.mapping.metadata import ObjectMetadata
from myapp.infrastructure.mapping.todo_mapper import to_snapshot
from myapp.infrastructure.mapping.todo_sight import to_sight

_PAGE = 500


async def list_pages(client: KubeClient, path: str) -> AsyncIterator[ApiAnswer]:
    """The parts of a listing. A listing whose continuation has expired (410) is unavailable: begin anew."""
    params = {"limit": str(_PAGE)}
    while True:
        answer = await client.request("GET", path, params=params)
        if "items" not in answer.body:
            raise ApiUnavailableError(f"GET {path}: {answer.code} {answer.body.get('message', '')}")
        yield answer
        following = answer.body["metadata"].get("continue")
        if not following:
            return
        params = {"limit": str(_PAGE), "continue": following}


async def delete_version(client: KubeClient, path: str, uid: str, version: str) -> WriteResult:
    """Delete this very version of this very object; what it owns goes after it."""
    options = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": {"uid": uid, "resourceVersion": version},
        "propagationPolicy": "Background",
    }
    answer = await client.request("DELETE", path, body=options)
    if answer.missing:
        return Gone()
    return Stale() if answer.conflict else Written(version)


class TodoObjects:
    """TodoReader, TodoLister and TodoDeleter over the API; ``namespaces`` bounds listings, none means all."""

    def __init__(self, client: KubeClient, namespaces: Sequence[str]) -> None:
        self._client = client
        self._namespaces = namespaces

    async def read(self, key: TodoKey) -> Snapshot | None:
        """The todo as it is now."""
        answer = await self._client.request("GET", object_path(TODOS, key))
        return None if answer.missing else to_snapshot(answer.body)

    async def pages(self) -> AsyncIterator[Page]:
        """All todos, in parts; the version is the oldest of the listings that they come from."""
        oldest = ""
        for path in collection_paths(TODOS, self._namespaces):
            async for answer in list_pages(self._client, path):
                oldest = min(oldest or answer.version, answer.version, key=int)
                yield Page(oldest, [_listed(item) for item in answer.body["items"]])

    async def delete(self, snapshot: Snapshot) -> WriteResult:
        """Delete this very version of this very object."""
        return await delete_version(self._client, object_path(TODOS, snapshot.key), snapshot.uid, snapshot.version)


def _listed(item: Mapping[str, Any]) -> ListedTodo:
    metadata = ObjectMetadata.of(item)
    return ListedTodo(metadata.key, metadata.uid, metadata.version, partial(to_sight, item))
