"""Keeps what the guard has proven in a ConfigMap, so that decisions made while no operator ran can count."""

import json
import logging
from datetime import datetime
from typing import Any

from myapp.application.proven_time import Mark, ProvenTime, ServerMoment, Stretch
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import config_map_path

_logger = logging.getLogger(__name__)
_KEY = "proven.json"


class NoRecord:
    """GuardRecord where there is no place for one: a new process knows nothing of the last one's checks."""

    async def load(self) -> ProvenTime:
        """Nothing is proven."""
        return ProvenTime()

    async def save(self, proven: ProvenTime) -> None:
        """Lost with the process."""


class ConfigMapRecord:
    """GuardRecord over the API; of two writers the one that read the older version loses, and reads anew."""

    def __init__(self, client: KubeClient, namespace: str, name: str) -> None:
        self._client = client
        self._namespace = namespace
        self._name = name
        self._version = ""

    async def load(self) -> ProvenTime:
        """What was kept. A record that cannot be understood proves nothing. Raises ApiError."""
        answer = await self._client.request("GET", config_map_path(self._namespace, self._name))
        if answer.missing:
            self._version = ""
            return ProvenTime()
        self._version = answer.version
        try:
            return _read(json.loads((answer.body.get("data") or {})[_KEY]))
        except (KeyError, TypeError, ValueError) as error:
            _logger.warning("the guard's record %s/%s cannot be understood: %r", self._namespace, self._name, error)
            return ProvenTime()

    async def save(self, proven: ProvenTime) -> None:
        """Replace what is there. Raises ApiError."""
        for _ in range(3):
            method, name = ("PUT", self._name) if self._version else ("POST", "")
            path = config_map_path(self._namespace, name)
            answer = await self._client.request(method, path, body=self._manifest(proven))
            if not answer.conflict and not answer.missing:
                self._version = answer.version
                return
            await self.load()

    def _manifest(self, proven: ProvenTime) -> dict[str, Any]:
        metadata = {"namespace": self._namespace, "name": self._name}
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {**metadata, "resourceVersion": self._version} if self._version else metadata,
            "data": {_KEY: json.dumps(_written(proven), indent=1)},
        }


def _written(proven: ProvenTime) -> dict[str, Any]:
    return {
        "goesOn": proven.goes_on,
        "stretches": [
            {
                "sinceVersion": each.since.version,
                "sinceTime": each.since.second.isoformat(),
                "untilVersion": each.until,
                "policies": [
                    {"kind": mark.kind, "name": mark.name, "uid": mark.uid, "generation": mark.generation}
                    for mark in sorted(each.marks, key=lambda mark: (mark.kind, mark.name))
                ],
            }
            for each in proven.stretches
        ],
    }


def _read(written: dict[str, Any]) -> ProvenTime:
    stretches = tuple(
        Stretch(
            frozenset(Mark(**mark) for mark in each["policies"]),
            ServerMoment(int(each["sinceVersion"]), datetime.fromisoformat(each["sinceTime"])),
            int(each["untilVersion"]),
        )
        for each in written["stretches"]
    )
    return ProvenTime(stretches, goes_on=bool(written["goesOn"]) and bool(stretches))
