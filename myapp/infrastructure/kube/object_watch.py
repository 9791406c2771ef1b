"""Keeps up with all objects of one kind, or those with a label: lists them, watches from there, lists anew after a gap.

A watch that ends in good order or breaks goes on where it was; one whose version is not kept any more (410), or is
refused, begins with a listing. What is done with the objects is its listener's.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Set
from typing import Any, Protocol

from myapp.application.errors import ApiError
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams, StreamExpiredError

_logger = logging.getLogger(__name__)
_PAGE = "500"
_LASTS_SECONDS = 300
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


class WatchListener(Protocol):
    """Is told of the objects of a watch; must not wait."""

    def seen(self, raw: Mapping[str, Any]) -> None:
        """An object exists, in this version."""
        ...

    def gone(self, raw: Mapping[str, Any]) -> None:
        """An object exists no more; this was its last version."""
        ...

    def listed(self, namespace: str, uids: Set[str]) -> None:
        """A listing of the namespace, of all where it is empty, held these and no others."""
        ...


class ObjectWatch:
    """One kind in one namespace, or in all where it is empty. ``random`` gives numbers from 0 to 1.

    It acts with the rights of ``acting_as`` where one is named. ``gives_up_on`` says which answers end it.
    """

    def __init__(
        self,
        client: KubeClient,
        streams: KubeStreams,
        *,
        path: str,
        namespace: str,
        selector: str,
        listener: WatchListener,
        random: Callable[[], float],
        acting_as: str = "",
        gives_up_on: Callable[[ApiError], bool] = lambda _: False,
    ) -> None:
        self._client = client
        self._streams = streams
        self._path = path
        self._namespace = namespace
        self._selector = selector
        self._listener = listener
        self._random = random
        self._acting_as = acting_as
        self._gives_up_on = gives_up_on
        self._version = ""

    async def run(self) -> None:
        """Keep up until cancelled. Raises the ApiError that it gives up on."""
        failures = 0
        while True:
            try:
                if not self._version:
                    self._version = await self._list()
                await self._watch()
                failures = 0
            except StreamExpiredError:
                self._version = ""
                await asyncio.sleep(_FIRST_PAUSE * self._random())  # many operators may be told so at once
            except ApiError as error:
                if self._gives_up_on(error):
                    raise
                if failures == 0:
                    _logger.warning("a watch is interrupted: %s", error)
                if getattr(error, "code", None) is not None:
                    self._version = ""  # refused, not broken: what it was told may have a gap
                await asyncio.sleep(min(_FIRST_PAUSE * 2.0**failures, _LONGEST_PAUSE) * (1 + 0.2 * self._random()))
                failures = min(failures + 1, 10)

    async def _list(self) -> str:
        params, uids = {**self._selected(), "limit": _PAGE}, set[str]()
        while True:
            answer = await self._client.request("GET", self._path, params=params, acting_as=self._acting_as)
            if "items" not in answer.body:
                raise StreamExpiredError(f"GET {self._path}: {answer.code} {answer.body.get('message', '')}")
            for item in answer.body["items"]:
                uids.add(item["metadata"]["uid"])
                self._listener.seen(item)
            if following := answer.body["metadata"].get("continue"):
                params["continue"] = following
                continue
            self._listener.listed(self._namespace, uids)
            return answer.version

    async def _watch(self) -> None:
        params = {
            **self._selected(),
            "resourceVersion": self._version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(int(_LASTS_SECONDS * (1 + 0.2 * self._random()))),
        }
        async for event in self._streams.events(self._path, params, self._acting_as):
            raw = event["object"]
            if event["type"] == "DELETED":
                self._listener.gone(raw)
            elif event["type"] != "BOOKMARK":
                self._listener.seen(raw)
            self._version = raw["metadata"]["resourceVersion"]

    def _selected(self) -> dict[str, str]:
        return {"labelSelector": self._selector} if self._selector else {}
