"""Brings CRDs to the API server: creates what is missing, replaces what is older, and never touches what is newer.

Whatever may pass by itself (no answer, a conflict, a CRD that is being deleted) is waited for; how long is for the
caller to say. What is refused is raised.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from myapp.application.errors import ApiUnavailableError
from myapp.infrastructure.crd.schema_revision import revision_of
from myapp.infrastructure.kube.crd_objects import Crd, CrdObjects

_PAUSE = 0.5
_Result = TypeVar("_Result")


class CrdChange(StrEnum):
    """What was done about a CRD."""

    CREATED = "created"
    UPGRADED = "upgraded"
    UNCHANGED = "unchanged"
    NEWER_KEPT = "newer kept"


@dataclass(frozen=True, slots=True)
class CrdOutcome:
    """What became of one CRD: `found` is the revision that was there, if any, `wanted` that of this version."""

    name: str
    change: CrdChange
    found: int | None
    wanted: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Not done yet, and why."""

    cause: str


class CrdUpgrade:
    """Brings CRDs to one API server; `report` hears what is waited for, each cause once."""

    def __init__(self, objects: CrdObjects, report: Callable[[str], None]) -> None:
        self._objects = objects
        self._report = report
        self._told: _Waiting | None = None

    async def apply(self, crds: Sequence[Crd]) -> AsyncIterator[CrdOutcome]:
        """What became of each, as it happens; ends when all of them, or newer ones, are established and served.

        Raises RevisionError, CrdRightMissingError, and ApiRefusedError for a CRD that the API server does not accept.
        """
        for crd in crds:
            yield await self._patiently(partial(self._bring, crd))
        for crd in crds:
            await self._patiently(partial(self._is_served, crd))

    async def _patiently(self, attempt: Callable[[], Awaitable[_Result | _Waiting]]) -> _Result:
        """What the attempt gives, as soon as it need not wait any more."""
        while True:
            try:
                result = await attempt()
            except ApiUnavailableError as error:
                result = _Waiting(str(error))
            if not isinstance(result, _Waiting):
                return result
            if result != self._told:
                self._report(result.cause)
                self._told = result
            await asyncio.sleep(_PAUSE)

    async def _bring(self, crd: Crd) -> CrdOutcome | _Waiting:
        name, wanted = crd["metadata"]["name"], revision_of(crd)
        live = await self._objects.read(name)
        if live is None:
            done = await self._objects.create(crd)
            outcome = CrdOutcome(name, CrdChange.CREATED, None, wanted)
        elif "deletionTimestamp" in live["metadata"]:
            return _Waiting(f"{name} is being deleted, with all its objects; it is created anew afterwards")
        elif (found := revision_of(live)) < wanted:
            done = await self._objects.replace(_upgraded(live, crd))
            outcome = CrdOutcome(name, CrdChange.UPGRADED, found, wanted)
        else:
            done = True
            change = CrdChange.UNCHANGED if found == wanted else CrdChange.NEWER_KEPT
            outcome = CrdOutcome(name, change, found, wanted)
        return outcome if done else _Waiting(f"{name} was written by somebody else meanwhile; it is read anew")

    async def _is_served(self, crd: Crd) -> bool | _Waiting:
        name = crd["metadata"]["name"]
        live = await self._objects.read(name)
        conditions = _conditions(live or {})
        if (refused := conditions.get("NamesAccepted", {})).get("status") == "False":
            return _Waiting(f"the names of {name} are taken by another CRD: {refused['message']}")
        if conditions.get("Established", {}).get("status") != "True":
            return _Waiting(f"{name} is not established yet")
        if unserved := await self._objects.unserved(crd):
            return _Waiting(f"{name} is not served yet: {', '.join(unserved)}")
        return True


def _upgraded(live: Crd, crd: Crd) -> dict[str, Any]:
    """The new definition under the live object's resourceVersion; labels and annotations of others stay."""
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    metadata["annotations"] = {**metadata.get("annotations", {}), **crd["metadata"]["annotations"]}
    return {**crd, "metadata": metadata}


def _conditions(crd: Crd) -> dict[str, Any]:
    # A CRD that was created a moment ago has `conditions: null`.
    return {condition["type"]: condition for condition in crd.get("status", {}).get("conditions") or ()}
