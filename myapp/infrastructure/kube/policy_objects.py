"""Reads and watches the admission policies and bindings that prove who decides, each by its name.

Policies of a kind that the API server does not have cannot be missing: those that set who created a Todo take
Kubernetes 1.36. What an API server has is asked of its own list of kinds, because one that starts denies everything.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.application.ports import PolicyReading
from myapp.application.proven_time import Mark
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import POLICY_KINDS, policy_path
from myapp.infrastructure.shipped_policies import MUTATING, PLURALS, ShippedPolicies, ShippedPolicy

_logger = logging.getLogger(__name__)
_WATCH_SECONDS = 240
_AFTER_A_FAILURE = 5.0
_UNKNOWN = (
    "nobody has told the operator which admission policies were shipped: set MYAPP_POLICIES to the folder with their"
    " manifests (deploy/policies), and apply them"
)
_NO_RIGHT = (
    "the operator may not read the admission policies; a cluster admin must grant it get and watch on them"
    " (the ClusterRole of templates/rbac/guard.yaml or deploy/rbac/guard.yaml): "
)

#: Told of each policy or binding (kind and name) as a watch shows it; None where it was deleted.
PolicySeen = Callable[[tuple[str, str], Mark | None], None]


class PolicyObjects:
    """Policies over the API. ``shipped`` is None where nobody says what was."""

    def __init__(self, client: KubeClient, shipped: ShippedPolicies | None) -> None:
        self._client = client
        self._shipped = shipped.objects if shipped is not None else ()
        self.unserved: frozenset[str] = frozenset()
        """The kinds that the API server did not have when the policies were read last."""

    async def read(self) -> PolicyReading:
        """All of them as they are now, for the operator: what it may not look at is a problem as well."""
        try:
            return await self.compared()
        except ApiRefusedError as error:
            return PolicyReading(frozenset(), f"{_NO_RIGHT}{error}")

    async def compared(self) -> PolicyReading:
        """All of them as they are now: a GET by name is answered by the store itself, and by no cache.

        Raises ApiRefusedError, ApiUnavailableError.
        """
        if not self._shipped:
            return PolicyReading(frozenset(), _UNKNOWN)
        answers = await asyncio.gather(*map(self._get, self._shipped))
        problems, marks, unserved = [], set(), set()
        for each, answer in zip(self._shipped, answers, strict=True):
            if answer is None:
                unserved.add(each.kind)
            elif answer.missing:
                problems.append(f"there is no {each.kind} {each.name}: apply it again, as it was shipped")
            elif difference := each.difference(answer.body.get("spec") or {}):
                problems.append(f"{each.kind} {each.name} is not what was shipped: {difference}")
            else:
                marks.add(_mark(each.kind, answer.body))
        self._tell(frozenset(unserved))
        return PolicyReading(frozenset(marks), "; ".join(problems))

    async def watch(self, seen: PolicySeen) -> None:
        """Watch all of them until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self._shipped:
                group.create_task(self._watch(each, seen))
            await asyncio.Event().wait()

    async def _get(self, policy: ShippedPolicy) -> ApiAnswer | None:
        """The policy as it is; None where the API server does not have the kind. Raises ApiError."""
        try:
            return await self._client.request("GET", policy_path(PLURALS[policy.kind], policy.name))
        except ApiUnavailableError as error:
            if error.code == HTTPStatus.NOT_FOUND and policy.kind in MUTATING and not await self._has(policy.kind):
                return None
            raise

    async def _has(self, kind: str) -> bool:
        kinds = (await self._client.request("GET", POLICY_KINDS)).body["resources"]
        return any(each["kind"] == kind for each in kinds)

    def _tell(self, unserved: frozenset[str]) -> None:
        if unserved - self.unserved:
            _logger.info(
                "the API server has no %s: who created a todo is known where they say so themselves",
                " and no ".join(sorted(unserved)),
            )
        self.unserved = unserved

    async def _watch(self, policy: ShippedPolicy, seen: PolicySeen) -> None:
        """A watch without a version begins with the object as it is, so that nothing is missed between two."""
        params, told = {"fieldSelector": f"metadata.name={policy.name}"}, ""
        while True:
            try:
                async for event in self._client.watch(policy_path(PLURALS[policy.kind]), params, _WATCH_SECONDS):
                    if event["type"] == "ERROR":
                        break
                    mark = None if event["type"] == "DELETED" else _mark(policy.kind, event["object"])
                    seen((policy.kind, policy.name), mark)
                told = ""
            except ApiError as error:
                if str(error) != told and policy.kind not in self.unserved:
                    _logger.info("the admission policies are looked at now and then only: %s", error)
                told = str(error)
            await asyncio.sleep(_AFTER_A_FAILURE if told else 0.1)


def _mark(kind: str, body: Mapping[str, Any]) -> Mark:
    metadata = body["metadata"]
    return Mark(kind, metadata["name"], metadata["uid"], metadata.get("generation", 0))
