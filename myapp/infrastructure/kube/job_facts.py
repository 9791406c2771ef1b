"""What is read of a Job and of its pods: some hundred bytes each of objects that have kilobytes.

Nothing is judged here; what the facts mean is said in ``job_report``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.job_manifest import ATTEMPT_LABEL

_JOB_LABELS = ("batch.kubernetes.io/job-name", "job-name")


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A Job. ``todo_id`` and ``attempt`` are what its owner reference and label say."""

    key: TodoKey
    uid: str
    version: int
    todo_id: str
    todo_name: str
    attempt: str
    deleted_at: datetime | None
    """When its deletion was asked for; None where it was not."""
    suspended: bool
    active: int
    ended: int
    """How many of its pods have ended, well or not."""
    end: str
    """``Complete`` or ``Failed``; empty while it has not ended."""
    reason: str = ""
    message: str = ""
    ended_at: datetime | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.key.name

    @property
    def terminating(self) -> bool:
        """Whether it is going away."""
        return self.deleted_at is not None


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """One container. ``exit_code`` is None as long as it has not ended, not even in an earlier try."""

    name: str
    image: str
    started: bool
    waiting: str = ""
    exit_code: int | None = None
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class PodFacts:
    """A pod of a Job."""

    name: str
    uid: str
    version: int
    job_uid: str
    phase: str
    terminating: bool
    reason: str
    message: str
    unschedulable: str
    """Why no node takes it; empty where one does."""
    disrupted: str
    """Why it was ended from outside: eviction, preemption, a taint; empty where it was not."""
    containers: tuple[ContainerFacts, ...]
    """Those that initialise first, in their order."""
    ended_at: str = ""

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.phase in ("Succeeded", "Failed")

    @property
    def begun(self) -> bool:
        """Whether a container of it has started."""
        return any(container.started for container in self.containers)


def job_facts(raw: Mapping[str, Any]) -> JobFacts:
    """Read a Job as the API server delivers it."""
    metadata, spec, status = raw["metadata"], raw.get("spec") or {}, raw.get("status") or {}
    owner = _owner(metadata, "Todo")
    end = next(_true(status, "Complete", "Failed"), {})
    at = status.get("completionTime") or end.get("lastTransitionTime")
    return JobFacts(
        key=TodoKey(metadata["namespace"], metadata["name"]),
        uid=metadata["uid"],
        version=int(metadata["resourceVersion"]),
        todo_id=str(owner.get("uid", "")),
        todo_name=str(owner.get("name", "")),
        attempt=(metadata.get("labels") or {}).get(ATTEMPT_LABEL, ""),
        deleted_at=datetime.fromisoformat(metadata["deletionTimestamp"]) if "deletionTimestamp" in metadata else None,
        suspended=bool(spec.get("suspend")),
        active=status.get("active") or 0,
        ended=(status.get("succeeded") or 0) + (status.get("failed") or 0),
        end=str(end.get("type", "")),
        reason=str(end.get("reason", "")),
        message=str(end.get("message", "")),
        ended_at=datetime.fromisoformat(at) if end and at else None,
    )


def pod_facts(raw: Mapping[str, Any]) -> PodFacts:
    """Read a pod as the API server delivers it."""
    metadata, status = raw["metadata"], raw.get("status") or {}
    conditions = {entry["type"]: entry for entry in status.get("conditions") or ()}
    scheduled, disrupted = conditions.get("PodScheduled", {}), conditions.get("DisruptionTarget", {})
    containers = tuple(_containers(raw))
    return PodFacts(
        name=metadata["name"],
        uid=metadata["uid"],
        version=int(metadata["resourceVersion"]),
        job_uid=str(_owner(metadata, "Job").get("uid", "")),
        phase=str(status.get("phase", "")),
        terminating="deletionTimestamp" in metadata,
        reason=str(status.get("reason", "")),
        message=str(status.get("message", "")),
        unschedulable=str(scheduled.get("message", "")) if scheduled.get("reason") == "Unschedulable" else "",
        disrupted=_told(disrupted) if disrupted.get("status") == "True" else "",
        containers=containers,
        ended_at=max((entry for entry in _end_times(status)), default=""),
    )


def job_of_pod(raw: Mapping[str, Any]) -> TodoKey | None:
    """The namespace and name of the Job that a pod says it belongs to."""
    labels = raw["metadata"].get("labels") or {}
    name = next((labels[label] for label in _JOB_LABELS if label in labels), None)
    return TodoKey(raw["metadata"]["namespace"], name) if name else None


def _owner(metadata: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    owners: list[Mapping[str, Any]] = metadata.get("ownerReferences") or []
    return next((entry for entry in owners if entry.get("kind") == kind), {})


def _true(status: Mapping[str, Any], *types: str) -> Iterator[Mapping[str, Any]]:
    for entry in status.get("conditions") or ():
        if entry["type"] in types and entry["status"] == "True":
            yield entry


def _told(condition: Mapping[str, Any]) -> str:
    reason, message = condition.get("reason", ""), condition.get("message", "")
    return f"{reason}: {message}" if reason and message else str(reason or message)


def _end_times(status: Mapping[str, Any]) -> Iterator[str]:
    for entry in status.get("containerStatuses") or ():
        if terminated := entry["state"].get("terminated"):
            yield terminated.get("finishedAt") or ""


def _containers(raw: Mapping[str, Any]) -> Iterator[ContainerFacts]:
    spec, status = raw.get("spec") or {}, raw.get("status") or {}
    images = {
        entry["name"]: entry.get("image", "")
        for kind in ("initContainers", "containers")
        for entry in spec.get(kind) or ()
    }
    for kind in ("initContainerStatuses", "containerStatuses"):
        for entry in status.get(kind) or ():
            state, last = entry.get("state") or {}, entry.get("lastState") or {}
            waiting = state.get("waiting") or {}
            # A container that is started again keeps the end of its earlier try, which is all that is known of it.
            ended = state.get("terminated") or last.get("terminated") or {}
            yield ContainerFacts(
                name=entry["name"],
                image=images.get(entry["name"], ""),
                started=bool(state.get("running") or ended),
                waiting=str(waiting.get("reason", "")),
                exit_code=ended.get("exitCode"),
                reason=str(ended.get("reason", "")),
                message=str(waiting.get("message", "") or ended.get("message", "")),
            )
