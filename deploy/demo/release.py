"""The release of todos in examples/: applied as its GitOps pipeline would, and read back as anybody may."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.local import ClusterAccess
from deploy.local.layout import PROJECT_ROOT

NAMESPACE = "shop"
APPROVAL = "approve-rollout"
SIGN_OFF = "sign-off"
TODOS = "todos.todo.myapp.dev"
RBAC_FILE = PROJECT_ROOT / "examples" / "rbac.yaml"
RELEASE_FOLDER = PROJECT_ROOT / "examples" / "release"
_ENDED = ("Succeeded", "Failed", "Skipped", "Cancelled")


@dataclass(frozen=True, slots=True)
class ReleaseTodo:
    """One row of the demo. `phase` is "" until the operator has seen the todo."""

    name: str
    phase: str
    reason: str
    message: str
    depends_on: tuple[str, ...]
    waits_for: tuple[str, ...]
    decided_by: tuple[str, ...]
    created: datetime
    started: datetime | None
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.phase in _ENDED

    @property
    def awaits_person(self) -> bool:
        return self.phase == "Active" and self.reason == "AwaitingDecision"

    @property
    def took(self) -> timedelta | None:
        """How long it was Active, None unless it was and has ended."""
        return self.ended_at - self.started if self.ended_at and self.started else None


def prepare_namespace(cluster: ClusterAccess) -> None:
    """Creates the namespace and its roles, and removes what an earlier demo left there. Raises KubectlError."""
    cluster.kubectl("apply", f"--filename={RBAC_FILE}")
    cluster.kubectl("delete", "--ignore-not-found", "--wait", f"--filename={RELEASE_FOLDER}")


def apply_release(cluster: ClusterAccess) -> None:
    """Applies the release as the GitOps pipeline's service account, which may write todos and decide none."""
    cluster.kubectl("apply", f"--filename={RELEASE_FOLDER}", user="pipeline")


def read_release(cluster: ClusterAccess) -> tuple[ReleaseTodo, ...]:
    """The todos as they stand, each after what it depends on."""
    answer = json.loads(cluster.kubectl("get", TODOS, f"--namespace={NAMESPACE}", "--output=json").stdout)
    return in_order([_release_todo(item) for item in answer["items"]])


def in_order(todos: list[ReleaseTodo]) -> tuple[ReleaseTodo, ...]:
    """Topological, by the length of the longest way that leads to a todo, then by name."""
    known = {todo.name: todo for todo in todos}
    depths: dict[str, int] = {}

    def depth(name: str, path: frozenset[str]) -> int:
        if name not in known or name in path:  # not created yet, or a cycle
            return 0
        if name not in depths:
            depths[name] = 1 + max((depth(before, path | {name}) for before in known[name].depends_on), default=0)
        return depths[name]

    return tuple(sorted(todos, key=lambda todo: (depth(todo.name, frozenset()), todo.name)))


def _release_todo(item: dict[str, Any]) -> ReleaseTodo:
    spec, status = item["spec"], item.get("status") or {}
    return ReleaseTodo(
        name=item["metadata"]["name"],
        phase=status.get("phase", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        depends_on=tuple(dependency["name"] for dependency in spec.get("dependsOn") or []),
        waits_for=tuple(f"{one['kind'].lower()} {one['name']}" for one in spec.get("assignees") or []),
        decided_by=tuple(decision["username"] for decision in status.get("decisions") or []),
        created=datetime.fromisoformat(item["metadata"]["creationTimestamp"]),
        started=_time(status.get("startTime")),
        ended_at=_time(status.get("completionTime")),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
