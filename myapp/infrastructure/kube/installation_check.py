"""Proves an installation by one real Todo: it is created, seen to succeed by itself, and deleted.

Deliberately through the API alone, as its users see the operator: nothing here knows how that works inside.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from myapp.application.errors import ApiError, ApiUnavailableError
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import API_VERSION, TODOS, collection_paths, object_path

_PAUSE = 0.2


class MissingNamespaceError(Exception):
    """The namespace of the Todo does not exist."""


class InstallationCheck:
    """One Todo that only waits for no time at all."""

    def __init__(self, client: KubeClient, key: TodoKey) -> None:
        self._client = client
        self._key = key
        self.standing = "nothing has been heard of the Todo"
        """How far it came, as half a sentence."""

    async def run(self) -> str:
        """Return the phase in which the Todo ended. Raises ApiRefusedError, ApiUnavailableError, MissingNamespaceError.

        Whoever cancels it finds in ``standing`` what it waited for. The Todo is deleted in any case, or by its time to
        live.
        """
        (path,) = collection_paths(TODOS, [self._key.namespace])
        answer = await self._client.request("POST", path, body=self._manifest())
        if answer.missing:
            raise MissingNamespaceError(f"there is no namespace {self._key.namespace!r}")
        try:
            return await self._ended()
        finally:
            with suppress(ApiError):  # then it goes when its time to live is over
                await self._client.request("DELETE", object_path(TODOS, self._key))

    async def _ended(self) -> str:
        while True:
            try:
                status = (await self._client.request("GET", object_path(TODOS, self._key))).body.get("status", {})
            except ApiUnavailableError as error:
                self.standing = str(error)
            else:
                if status.get("completionTime"):
                    self.standing = _standing(status)
                    return str(status["phase"])
                self.standing = _standing(status)
            await asyncio.sleep(_PAUSE)

    def _manifest(self) -> dict[str, Any]:
        return {
            "apiVersion": API_VERSION,
            "kind": "Todo",
            "metadata": {"name": self._key.name, "namespace": self._key.namespace},
            "spec": {
                "content": "See that the operator works (made by `myapp check`)",
                "wait": {"duration": "0s"},
                "ttlAfterFinished": "5m",
            },
        }


def _standing(status: Mapping[str, Any]) -> str:
    if not status.get("phase"):
        return "no operator has seen it: does one run, and does it watch this namespace (MYAPP_NAMESPACES)?"
    return f"it is {status['phase']} ({status.get('reason', 'no reason')}): {status.get('message', 'no message')}"
