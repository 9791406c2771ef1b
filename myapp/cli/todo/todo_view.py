"""A Todo as a person sees it: the few fields that the plug-in shows or decides by, read leniently.

Lenient, because the cluster may serve a newer CRD than the plug-in knows: an unknown phase or reason is shown, not
refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from myapp.cli.todo.kind import Kind
from myapp.domain.todo_phase import Phase, Reason

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
    manifest: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)
    """The object as the API server sent it."""

    kind: ClassVar[Kind] = Kind.TODO

    @property
    def spec(self) -> Mapping[str, Any]:
        """What is to be done, by the API's names."""
        return self.manifest.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        """What has become of it, by the API's names."""
        return self.manifest.get("status") or {}

    @property
    def priority(self) -> int:
        """Higher first."""
        return int(self.spec.get("priority", 0))

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who may vote, where it says so."""
        return tuple(_assignee(approver) for approver in (self.spec.get("approval") or {}).get("approvers") or ())

    @property
    def form_fields(self) -> Mapping[str, Mapping[str, Any]]:
        """What a person fills in to complete it, by name."""
        return ((self.spec.get("manual") or {}).get("form") or {}).get("properties") or {}

    @property
    def containers(self) -> tuple[str, ...]:
        """The containers of its Job, those that initialise first."""
        pod = (((self.spec.get("job") or {}).get("template") or {}).get("spec") or {}).get("template") or {}
        kinds = ("initContainers", "containers")
        return tuple(entry["name"] for kind in kinds for entry in (pod.get("spec") or {}).get(kind) or ())

    @property
    def claimed_by(self) -> str:
        """Who sees to it, if anybody has said so."""
        return str(self.status.get("claimedBy", ""))

    @property
    def started(self) -> datetime | None:
        """When it became Active."""
        return _time(self.status.get("startTime"))

    @property
    def next_transition(self) -> datetime | None:
        """When something happens by itself."""
        return _time(self.status.get("nextTransitionTime"))

    @property
    def dependencies(self) -> dict[str, tuple[str, ...]]:
        """What it depends on, by name, with the phases that it accepts."""
        entries = self.spec.get("dependsOn") or ()
        return {entry["name"]: tuple(entry.get("on") or (Phase.SUCCEEDED,)) for entry in entries}

    @property
    def state(self) -> str:
        """Phase, reason and message, as one sentence goes on."""
        if not self.phase:
            return "not seen by the operator yet"
        return f"{self.phase} ({self.reason})" + (f": {self.message}" if self.message else "")

    @property
    def awaits_a_person(self) -> bool:
        """Whether a person's decision is what it waits for now."""
        return self.phase == Phase.ACTIVE and self.reason == Reason.AWAITING_DECISION

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
        title=title_of(spec.get("content", "")),
        action=next((action for action in _ACTIONS if action in spec), "manual"),
        phase=status.get("phase", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        assignees=tuple(_assignee(assignee) for assignee in spec.get("assignees") or []),
        asked_groups=_groups(*(spec.get("assignees") or ()), *((spec.get("approval") or {}).get("approvers") or ())),
        decided_by=tuple(decision.get("username", "") for decision in status.get("decisions") or []),
        due=_time(spec.get("dueTime")),
        created=_time(metadata.get("creationTimestamp")),
        manifest=manifest,
    )


def title_of(content: str) -> str:
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
