"""Reads and lists TodoTemplates."""

from collections.abc import AsyncIterator, Sequence

from myapp.application.run_ports import TemplatePage
from myapp.application.run_snapshot import TemplateSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import TEMPLATES, collection_paths, object_path
from myapp.infrastructure.kube.todo_objects import list_pages
from myapp.infrastructure.mapping.template_mapper import to_template


class TemplateObjects:
    """TemplateReader and TemplateLister over the API; ``namespaces`` bounds listings, none means all."""

    def __init__(self, client: KubeClient, namespaces: Sequence[str]) -> None:
        self._client = client
        self._namespaces = namespaces

    async def read(self, key: TodoKey) -> TemplateSnapshot | None:
        """The template as it is now."""
        answer = await self._client.request("GET", object_path(TEMPLATES, key))
        return None if answer.missing else to_template(answer.body)

    async def pages(self) -> AsyncIterator[TemplatePage]:
        """All templates, in parts; the version is the oldest of the listings that they come from."""
        oldest = ""
        for path in collection_paths(TEMPLATES, self._namespaces):
            async for answer in list_pages(self._client, path):
                oldest = min(oldest or answer.version, answer.version, key=int)
                yield TemplatePage(oldest, list(map(to_template, answer.body["items"])))
