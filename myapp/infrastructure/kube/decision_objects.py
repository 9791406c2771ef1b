"""Lists TodoDecisions."""

from collections.abc import AsyncIterator, Sequence

from myapp.domain.decision import Decision
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import DECISIONS, collection_paths
from myapp.infrastructure.kube.todo_objects import list_pages
from myapp.infrastructure.mapping.decision_mapper import is_judged, to_decision


class DecisionObjects:
    """DecisionLister over the API; ``namespaces`` bounds listings, none means all."""

    def __init__(self, client: KubeClient, namespaces: Sequence[str]) -> None:
        self._client = client
        self._namespaces = namespaces

    async def pages(self) -> AsyncIterator[Sequence[Decision]]:
        """All decisions without an answer, in parts."""
        for path in collection_paths(DECISIONS, self._namespaces):
            async for answer in list_pages(self._client, path):
                yield [to_decision(item) for item in answer.body["items"] if not is_judged(item)]
