"""Reads, lists and deletes TodoWorkflows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any

from myapp.application.outcomes import WriteResult
from myapp.application.run_ports import ListedRun, RunPage
from myapp.application.run_snapshot import RunSight, RunSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import WORKFLOWS, collection_paths, object_path
from myapp.infrastructure.kube.todo_objects import delete_version, list_pages
from myapp.infrastructure.mapping.metadata import ObjectMetadata
from myapp.infrastructure.mapping.run_mapper import to_run_sight


class RunObjects:
    """RunReader, RunLister and RunDeleter over the API; ``namespaces`` bounds listings, none means all."""

    def __init__(self, client: KubeClient, namespaces: Sequence[str]) -> None:
        self._client = client
        self._namespaces = namespaces

    async def read(self, key: TodoKey) -> RunSight | None:
        """The run as it is now."""
        answer = await self._client.request("GET", object_path(WORKFLOWS, key))
        return None if answer.missing else to_run_sight(answer.body)

    async def pages(self) -> AsyncIterator[RunPage]:
        """All runs, in parts; the version is the oldest of the listings that they come from."""
        oldest = ""
        for path in collection_paths(WORKFLOWS, self._namespaces):
            async for answer in list_pages(self._client, path):
                oldest = min(oldest or answer.version, answer.version, key=int)
                yield RunPage(oldest, [_listed(item) for item in answer.body["items"]])

    async def delete(self, snapshot: RunSnapshot) -> WriteResult:
        """Delete this very version of this very run; the garbage collector deletes what it owns."""
        path = object_path(WORKFLOWS, snapshot.key)
        return await delete_version(self._client, path, snapshot.uid, snapshot.version)


def _listed(item: Mapping[str, Any]) -> ListedRun:
    metadata = ObjectMetadata.of(item)
    return ListedRun(metadata.key, metadata.uid, metadata.version, partial(to_run_sight, item))
