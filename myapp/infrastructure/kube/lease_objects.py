"""Reads and writes the Lease that says which replica leads (coordination.k8s.io/v1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from myapp.application.lease import Lease
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import lease_path

_MICRO_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class LeaseObjects:
    """LeaseStore over the API."""

    def __init__(self, client: KubeClient, namespace: str, name: str) -> None:
        self._client = client
        self._namespace = namespace
        self._name = name

    async def read(self) -> Lease | None:
        """The lease as it is now."""
        answer = await self._client.request("GET", lease_path(self._namespace, self._name))
        return None if answer.missing else _lease(answer)

    async def write(self, lease: Lease) -> Lease | None:
        """PUT with the version as precondition, POST where there is none; a conflict is somebody else's success."""
        method, path = (
            ("PUT", lease_path(self._namespace, self._name)) if lease.version else ("POST", lease_path(self._namespace))
        )
        answer = await self._client.request(method, path, body=self._manifest(lease))
        return None if answer.conflict or answer.missing else _lease(answer)

    def _manifest(self, lease: Lease) -> dict[str, Any]:
        metadata = {"namespace": self._namespace, "name": self._name}
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {**metadata, "resourceVersion": lease.version} if lease.version else metadata,
            "spec": {
                "holderIdentity": lease.holder,
                "leaseDurationSeconds": max(1, round(lease.duration.total_seconds())),
                "acquireTime": lease.acquired_at.strftime(_MICRO_TIME),
                "renewTime": lease.renewed_at.strftime(_MICRO_TIME),
                "leaseTransitions": lease.transitions,
            },
        }


def _lease(answer: ApiAnswer) -> Lease:
    """Every field is optional in the API: a Lease that somebody made by hand must not stop the election."""
    spec = answer.body.get("spec") or {}
    return Lease(
        holder=spec.get("holderIdentity") or "",
        duration=timedelta(seconds=spec.get("leaseDurationSeconds") or 1),
        acquired_at=_moment(spec.get("acquireTime")),
        renewed_at=_moment(spec.get("renewTime")),
        transitions=spec.get("leaseTransitions") or 0,
        version=answer.version,
    )


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.fromtimestamp(0, UTC)
