"""Tells the API server's time: the version of the last write that decisions know of, and the clock of its answers."""

from collections.abc import Sequence

from myapp.application.errors import ApiUnavailableError
from myapp.application.proven_time import ServerMoment
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import DECISIONS, collection_paths


class ApiMoment:
    """ServerClock over the API: a listing tells the version of the store as a whole."""

    def __init__(self, client: KubeClient, namespaces: Sequence[str]) -> None:
        self._client = client
        self._path = collection_paths(DECISIONS, namespaces)[0]

    async def moment(self) -> ServerMoment:
        """Now. Raises ApiError."""
        answer = await self._client.request("GET", self._path, params={"limit": "1"})
        if answer.date is None:
            raise ApiUnavailableError(
                f"GET {self._path}: the answer has no Date header, by which creations are ordered"
            )
        return ServerMoment(int(answer.version), answer.date)
