"""Reads and writes CustomResourceDefinition objects, and tells what the API server serves of them.

Writes are conflict-safe: a CRD that somebody else wrote since it was read is not overwritten.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient

Crd = Mapping[str, Any]

_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"
_VERBS = {"GET": "get", "POST": "create", "PUT": "update"}


class CrdRightMissingError(Exception):
    """RBAC refused a request; the message names the verb and the resource."""


class CrdObjects:
    """The CustomResourceDefinitions of one API server."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def read(self, name: str) -> Crd | None:
        """The CRD as it is now. Raises ApiError, CrdRightMissingError."""
        answer = await self._request("GET", name)
        return None if answer.missing else answer.body

    async def create(self, crd: Crd) -> bool:
        """Whether it was created; no means that one of that name has appeared. Raises as `read` does."""
        return not (await self._request("POST", "", crd)).conflict

    async def replace(self, crd: Crd) -> bool:
        """Whether it was written; no means that it is not the version any more which `crd` carries, or is gone.

        Raises as `read` does.
        """
        answer = await self._request("PUT", crd["metadata"]["name"], crd)
        return not (answer.conflict or answer.missing)

    async def unserved(self, crd: Crd) -> list[str]:
        """The versions of the CRD, as `group/version`, that the API server should serve and does not yet."""
        group, plural = crd["spec"]["group"], crd["spec"]["names"]["plural"]
        versions = [f"{group}/{version['name']}" for version in crd["spec"]["versions"] if version["served"]]
        return [version for version in versions if plural not in await self._resources(version)]

    async def _resources(self, group_version: str) -> set[str]:
        try:
            answer = await self._client.request("GET", f"/apis/{group_version}")
        except ApiUnavailableError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            return set()
        return {resource["name"] for resource in answer.body.get("resources", ())}

    async def _request(self, method: str, name: str, body: Crd | None = None) -> ApiAnswer:
        path, resource = (f"{_PATH}/{name}", f"{_RESOURCE}/{name}") if name else (_PATH, _RESOURCE)
        try:
            return await self._client.request(method, path, body=body)
        except ApiRefusedError as error:
            if error.code != HTTPStatus.FORBIDDEN:
                raise
            raise CrdRightMissingError(f"the right to {_VERBS[method]} {resource} is missing: {error}") from error
