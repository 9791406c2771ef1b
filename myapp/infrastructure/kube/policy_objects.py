"""Reads and watches the admission policies and bindings that prove who decides, each by its name."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from myapp.application.errors import ApiError, ApiRefusedError
from myapp.application.ports import PolicyReading
from myapp.application.proven_time import Mark
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import policy_path
from myapp.infrastructure.shipped_policies import PLURALS, ShippedPolicies, ShippedPolicy

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

    async def read(self) -> PolicyReading:
        """All of them as they are now: a GET by name is answered by the store itself, and by no cache."""
        if not self._shipped:
            return PolicyReading(frozenset(), _UNKNOWN)
        try:
            answers = await asyncio.gather(*(self._client.request("GET", _path(each)) for each in self._shipped))
        except ApiRefusedError as error:
            return PolicyReading(frozenset(), f"{_NO_RIGHT}{error}")
        problems, marks = [], set()
        for each, answer in zip(self._shipped, answers, strict=True):
            if answer.missing:
                problems.append(f"there is no {each.kind} {each.name}: apply it again, as it was shipped")
            elif difference := each.difference(answer.body.get("spec") or {}):
                problems.append(f"{each.kind} {each.name} is not what was shipped: {difference}")
            else:
                marks.add(_mark(each.kind, answer.body))
        return PolicyReading(frozenset(marks), "; ".join(problems))

    async def watch(self, seen: PolicySeen) -> None:
        """Watch all of them until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self._shipped:
                group.create_task(self._watch(each, seen))
            await asyncio.Event().wait()

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
                if str(error) != told:
                    told = str(error)
                    _logger.info("the admission policies are looked at now and then only: %s", error)
            await asyncio.sleep(_AFTER_A_FAILURE if told else 0.1)


def _path(policy: ShippedPolicy) -> str:
    return policy_path(PLURALS[policy.kind], policy.name)


def _mark(kind: str, body: Mapping[str, Any]) -> Mark:
    metadata = body["metadata"]
    return Mark(kind, metadata["name"], metadata["uid"], metadata.get("generation", 0))
