"""A Todo as a person sees it: the few fields that the plug-in shows or decides by, read leniently.

Lenient, because the cluster may serve a newer CRD than the plug-in knows: an unknown phase or reason is shown, not
refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from myapp.domain.todo_phase import Phase

_ENDED = frozenset(phase.value for phase in Phase if phase.final)
_ACTIONS = ("approval", "job", "resource", "http", "wait")


@dataclass(frozen=True, slots=True)
class TodoView:
    """`phase` is "" until the operator has seen the Todo; times are as the API server wrote them, or None."""

    name: str
    namespace: str
    uid: str
    title: str
    action: str
    phase: str
    reason: str
    message: str
    assignees: tuple[str, ...]
    asked_groups: frozenset[str]
    """Groups among assignees and approvers."""
    decided_by: tuple[str, ...]
    due: datetime | None
    created: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing that a person does can change it any more."""
        return self.phase in _ENDED


def todo_view(manifest: dict[str, Any]) -> TodoView:
    """Reads a Todo from its JSON. Raises KeyError where metadata lacks what every stored object has."""
    metadata, spec, status = manifest["metadata"], manifest.get("spec") or {}, manifest.get("status") or {}
    return TodoView(
        name=metadata["name"],
        namespace=metadata["namespace"],
        uid=metadata["uid"],
        title=_title(spec.get("content", "")),
        action=next((action for action in _ACTIONS if action in spec), "manual"),
        phase=status.get("phase", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        assignees=tuple(_assignee(assignee) for assignee in spec.get("assignees") or []),
        asked_groups=_groups(*(spec.get("assignees") or ()), *((spec.get("approval") or {}).get("approvers") or ())),
        decided_by=tuple(decision.get("username", "") for decision in status.get("decisions") or []),
        due=_time(spec.get("dueTime")),
        created=_time(metadata.get("creationTimestamp")),
    )


def _title(content: str) -> str:
    """The first line, without the marks that make it a Markdown heading."""
    return content.strip().partition("\n")[0].lstrip("# ").rstrip()


def _assignee(assignee: dict[str, Any]) -> str:
    """Groups and service accounts are told apart from people, who are the common case."""
    kind, name = assignee.get("kind", "User"), assignee.get("name", "")
    return name if kind == "User" else f"{kind.lower()}:{name}"


def _groups(*subjects: dict[str, Any]) -> frozenset[str]:
    return frozenset(subject.get("name", "") for subject in subjects if subject.get("kind") == "Group")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
