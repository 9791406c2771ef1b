"""A run (TodoWorkflow) as a person sees it: the few fields that the plug-in shows or decides by, read leniently.

Lenient as `todo_view.py` is: an unknown phase or reason is shown, not refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from myapp.cli.todo.kind import Kind
from myapp.domain.todo_phase import FINAL_PHASES

_ENDED = frozenset(phase.value for phase in FINAL_PHASES)


@dataclass(frozen=True, slots=True)
class StepView:
    """How one step of a run fares. `todo` is the name of what it has become (a run, for a workflow step), or ""."""

    name: str
    phase: str
    reason: str
    message: str
    todo: str
    finally_: bool
    items: Mapping[str, int]
    """Counts of a forEach by how its items fare, `total` among them; empty where the step has none."""
    failures: tuple[tuple[int, str], ...]
    """The first items of a forEach that failed, with why."""

    @property
    def ended(self) -> bool:
        """Whether nothing more becomes of it, unless the run is tried again."""
        return self.phase in _ENDED

    @property
    def state(self) -> str:
        """Phase, reason and message, as one sentence goes on."""
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.phase or 'not started'}{reason}" + (f": {self.message}" if self.message else "")


@dataclass(frozen=True, slots=True)
class RunView:
    """`phase` is "" until the operator has seen the run."""

    name: str
    namespace: str
    uid: str
    template: str
    """The template that it runs, "" for one that brings its own steps."""
    phase: str
    reason: str
    message: str
    progress: str
    created: datetime | None
    steps: tuple[StepView, ...]
    manifest: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)
    """The object as the API server sent it."""

    kind: ClassVar[Kind] = Kind.RUN

    @property
    def spec(self) -> Mapping[str, Any]:
        """What is run, by the API's names."""
        return self.manifest.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        """What has become of it, by the API's names."""
        return self.manifest.get("status") or {}

    @property
    def asked_groups(self) -> frozenset[str]:
        """None: a run itself asks nobody, its steps do."""
        return frozenset()

    @property
    def ended(self) -> bool:
        """Whether it has come to its end."""
        return self.phase in _ENDED

    @property
    def state(self) -> str:
        """Phase, reason and message, as one sentence goes on."""
        if not self.phase:
            return "not seen by the operator yet"
        return f"{self.phase} ({self.reason})" + (f": {self.message}" if self.message else "")


def run_view(manifest: Mapping[str, Any]) -> RunView:
    """Reads a run from its JSON. Raises KeyError where metadata lacks what every stored object has."""
    metadata, status = manifest["metadata"], manifest.get("status") or {}
    created = metadata.get("creationTimestamp")
    return RunView(
        name=metadata["name"],
        namespace=metadata["namespace"],
        uid=metadata["uid"],
        template=((manifest.get("spec") or {}).get("templateRef") or {}).get("name", ""),
        phase=status.get("phase", ""),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        progress=status.get("progress", ""),
        created=datetime.fromisoformat(created) if created else None,
        steps=tuple(map(_step_view, status.get("steps") or ())),
        manifest=manifest,
    )


def _step_view(entry: Mapping[str, Any]) -> StepView:
    return StepView(
        name=entry["name"],
        phase=entry.get("phase", ""),
        reason=entry.get("reason", ""),
        message=entry.get("message", ""),
        todo=entry.get("todo", ""),
        finally_=bool(entry.get("finally")),
        items=entry.get("items") or {},
        failures=tuple((failed["index"], failed.get("message", "")) for failed in entry.get("failures") or ()),
    )
