"""A pod of a Todo's Job as a person sees it: which attempt it works on, and how its containers fare. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TODO_LABEL = "todo.myapp.dev/todo-uid"
ATTEMPT_LABEL = "todo.myapp.dev/attempt"


@dataclass(frozen=True, slots=True)
class PodView:
    """`containers` says of each container, by name, how it fares: `ended with exit code 3 (Error)`, `is running`."""

    name: str
    namespace: str
    attempt: int
    created: str
    phase: str
    containers: Mapping[str, str]
    begun: bool
    """Whether some container has started, so that there is a log."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will be added to its log."""
        return self.phase in ("Succeeded", "Failed")


def pod_view(manifest: Mapping[str, Any]) -> PodView:
    """Reads a pod from its JSON. Raises KeyError where metadata lacks what every stored object has."""
    metadata, status = manifest["metadata"], manifest.get("status") or {}
    states = list(_states(status))
    return PodView(
        name=metadata["name"],
        namespace=metadata["namespace"],
        attempt=int((metadata.get("labels") or {}).get(ATTEMPT_LABEL, 0)),
        created=metadata.get("creationTimestamp", ""),
        phase=status.get("phase", ""),
        containers={name: _fares(state) for name, state in states},
        begun=any("waiting" not in state and state for _, state in states),
    )


def pods_of_attempt(pods: Sequence[PodView], attempt: int | None) -> list[PodView]:
    """Those of this attempt, or without one of the latest; in the order in which they were created."""
    latest = max((pod.attempt for pod in pods), default=0)
    wanted = latest if attempt is None else attempt
    return sorted((pod for pod in pods if pod.attempt == wanted), key=lambda pod: (pod.created, pod.name))


def _states(status: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The state of each container; one that is about to be started again is told by its end before that."""
    for kind in ("initContainerStatuses", "containerStatuses"):
        for entry in status.get(kind) or ():
            state, last = entry.get("state") or {}, entry.get("lastState") or {}
            yield entry["name"], last if "waiting" in state and "terminated" in last else state


def _fares(state: Mapping[str, Any]) -> str:
    if ended := state.get("terminated"):
        reason = ended.get("reason", "")
        return f"ended with exit code {ended.get('exitCode')}" + (f" ({reason})" if reason else "")
    if "running" in state:
        return "is running"
    waiting = state.get("waiting") or {}
    told = ": ".join(filter(None, (waiting.get("reason", ""), waiting.get("message", ""))))
    return f"has not started: {told}" if told else "has not started"
