"""Which path of the API an object of some kind has, as the API server itself tells.

What is known is kept until it turns out to be wrong: a kind that is not found is asked for again, because its CRD may
have been installed since. Everybody who is authenticated may ask, so the operator does it in its own name.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from myapp.application.errors import ApiUnavailableError
from myapp.domain.actions.object_identity import ObjectIdentity
from myapp.infrastructure.kube.kube_client import KubeClient


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """Where an object lives: the path of all of its kind in its namespace, and its own."""

    collection: str
    name: str
    namespace: str
    """Empty where the kind has none."""

    @property
    def path(self) -> str:
        """The path of the object."""
        return f"{self.collection}/{quote(self.name, safe='')}"


@dataclass(frozen=True, slots=True)
class _Resource:
    plural: str
    namespaced: bool


class KindDiscovery:
    """Asks for one group and version at a time, and each once."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._known: dict[str, dict[str, _Resource]] = {}
        self._asking: dict[str, asyncio.Task[dict[str, _Resource]]] = {}

    async def place_of(self, target: ObjectIdentity, default_namespace: str) -> ObjectPlace | None:
        """Where the object lives; None where the API server knows no such kind. Raises ApiError."""
        found = self._known.get(target.api_version, {}).get(target.kind)
        if found is None:
            found = (await self._asked(target.api_version)).get(target.kind)
        if found is None:
            return None
        namespace = (target.namespace or default_namespace) if found.namespaced else ""
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        return ObjectPlace(f"{_root(target.api_version)}{within}/{found.plural}", target.name, namespace)

    def forget(self, api_version: str) -> None:
        """What is known of it was wrong."""
        self._known.pop(api_version, None)

    async def _asked(self, api_version: str) -> dict[str, _Resource]:
        """Many may want to know the same at once: one question answers them all."""
        if (asking := self._asking.get(api_version)) is None:
            asking = self._asking[api_version] = asyncio.create_task(self._ask(api_version))
            asking.add_done_callback(lambda _: self._asking.pop(api_version, None))
        return await asyncio.shield(asking)

    async def _ask(self, api_version: str) -> dict[str, _Resource]:
        try:
            answer = await self._client.request("GET", _root(api_version))
        except ApiUnavailableError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            return {}
        resources = {
            entry["kind"]: _Resource(entry["name"], entry["namespaced"])
            for entry in answer.body.get("resources", ())
            if "/" not in entry["name"]
        }
        self._known[api_version] = resources
        return resources


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
