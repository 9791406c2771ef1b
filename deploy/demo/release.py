"""The release of todos in examples/: applied as its GitOps pipeline would, and read back as anybody may."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import yaml

from deploy.local import ClusterAccess
from deploy.local.layout import PROJECT_ROOT

NAMESPACE = "shop"
APPROVAL = "approve-rollout"
SIGN_OFF = "sign-off"
FAILING = "tell-partners"
"""It fails in every run, to show what that looks like."""
IMAGE = "docker.io/library/busybox:1.37"
"""All pods of the examples run it."""
TODOS = "todos.todo.myapp.dev"
RBAC_FILE = PROJECT_ROOT / "examples" / "rbac.yaml"
RELEASE_FOLDER = PROJECT_ROOT / "examples" / "release"
SHOP_FILE = PROJECT_ROOT / "examples" / "shop.yaml"
AUTOMATION_FILE = PROJECT_ROOT / "deploy" / "kustomize" / "automation" / "rights.yaml"
_ENDED = ("Succeeded", "Failed", "Skipped", "Cancelled")

Document = dict[str, Any]


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
    outputs: Mapping[str, object] = field(default_factory=dict)

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
    """Creates the namespace and its roles. Raises KubectlError."""
    cluster.kubectl("apply", f"--filename={RBAC_FILE}")


def allow_automation(cluster: ClusterAccess) -> None:
    """Lets an operator beside the cluster act as the namespace's accounts; the chart has a value for it.

    Raises KubectlError.
    """
    cluster.kubectl("apply", f"--filename={AUTOMATION_FILE}")


def remove_release(cluster: ClusterAccess) -> None:
    """Removes what an earlier demo left there. Raises KubectlError."""
    cluster.kubectl("delete", "--ignore-not-found", "--wait", f"--filename={RELEASE_FOLDER}")


def written_release() -> list[Document]:
    """The todos of examples/release, as they are written."""
    files = sorted(RELEASE_FOLDER.glob("*.yaml"))
    return [document for file in files for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def apply_release(cluster: ClusterAccess, release: Sequence[Document]) -> None:
    """Applies todos as the GitOps pipeline's service account, which may write todos and decide none."""
    todos = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(release)})
    cluster.kubectl("apply", "--filename=-", user="pipeline", stdin=todos)


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
        outputs=status.get("outputs") or {},
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
