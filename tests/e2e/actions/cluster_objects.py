"""Objects of any kind in one namespace, as a person with all rights sees and changes them."""

import time
from collections.abc import Callable

from tests.api_server import ApiServer, JsonObject

POLL = 0.05
PATIENCE = 15.0


class ClusterObjects:
    """Told apart by ``resource``: ``v1/configmaps``, ``apps/v1/deployments``."""

    def __init__(self, server: ApiServer, namespace: str) -> None:
        self._server = server
        self.namespace = namespace

    def create(self, resource: str, manifest: JsonObject) -> JsonObject:
        """Create one."""
        answer = self._server.create(self._path(resource), manifest)
        assert answer.accepted, answer.message
        return answer.body

    def get(self, resource: str, name: str) -> JsonObject | None:
        """It as it is now; None where there is none."""
        answer = self._server.get(self._path(resource, name))
        return answer.body if answer.accepted else None

    def patch(self, resource: str, name: str, change: JsonObject, subresource: str = "") -> JsonObject:
        """Merge a change into it, or into its status."""
        path = self._path(resource, name)
        answer = self._server.patch(f"{path}/{subresource}" if subresource else path, change)
        assert answer.accepted, answer.message
        return answer.body

    def delete(self, resource: str, name: str) -> None:
        """Have it deleted."""
        answer = self._server.delete(self._path(resource, name))
        assert answer.accepted, answer.message

    def wait(
        self, resource: str, name: str, fits: Callable[[JsonObject | None], bool], timeout: float = PATIENCE
    ) -> JsonObject | None:
        """It, or its absence, once that fits."""
        give_up = time.monotonic() + timeout
        while not fits(found := self.get(resource, name)):
            assert time.monotonic() < give_up, f"{resource} {name} is after {timeout:.0f} s: {found}"
            time.sleep(POLL)
        return found

    def _path(self, resource: str, name: str = "") -> str:
        version, _, plural = resource.rpartition("/")
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        path = f"{root}/namespaces/{self.namespace}/{plural}"
        return f"{path}/{name}" if name else path
