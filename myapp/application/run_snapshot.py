"""A workflow, or a template, as it was read from the API server at one version."""

from dataclasses import dataclass
from datetime import datetime

from myapp.application.snapshot import UNREADABLE, UNSEEN
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.template_status import TemplateStatus


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """A run that could be understood."""

    entry: RunEntry
    status: RunStatus
    version: str
    terminating: bool = False

    @property
    def key(self) -> TodoKey:
        """Namespace and name."""
        return self.entry.key

    @property
    def uid(self) -> str:
        """Which object of that name it is."""
        return self.entry.id

    @property
    def generation(self) -> int:
        """Which version of the spec it has."""
        return self.entry.generation

    @property
    def parent(self) -> OwnerRun | None:
        """The run that it is a step of."""
        return self.entry.parent

    @property
    def reason(self) -> str:
        """Why it stands where it stands."""
        return self.status.reason or UNSEEN

    @property
    def settled(self) -> bool:
        """Whether it has ended, and says so about its latest generation."""
        return self.status.phase.final and self.status.observed_generation == self.entry.generation

    @property
    def expires_at(self) -> datetime | None:
        """When its time to live is over; None means never."""
        return self.entry.expires_at(self.status.completion_time)


@dataclass(frozen=True, slots=True)
class UnreadableRun:
    """An object that this version cannot understand. ``status`` is None where it is the status that cannot be read."""

    key: TodoKey
    uid: str
    version: str
    generation: int
    status: RunStatus | None
    problem: str
    terminating: bool = False
    parent: OwnerRun | None = None

    @property
    def reason(self) -> str:
        """Why it stands where it stands."""
        return UNREADABLE if self.status is None else self.status.reason or UNSEEN

    @property
    def settled(self) -> bool:
        """Whether its status says all there is to say."""
        status = self.status
        return status is not None and status.message == self.problem and status.observed_generation == self.generation

    @property
    def expires_at(self) -> datetime | None:
        """What cannot be read is never deleted."""
        return None


RunSight = RunSnapshot | UnreadableRun


def phase_of(sight: RunSight) -> Phase:
    """Where a run stands; Pending where that cannot be read."""
    return (sight.status or RunStatus()).phase


@dataclass(frozen=True, slots=True)
class TemplateSnapshot:
    """A template. ``definition`` is None where it cannot be understood: ``problem`` says why."""

    key: TodoKey
    uid: str
    version: str
    generation: int
    definition: Definition | None
    status: TemplateStatus
    problem: str = ""
    terminating: bool = False

    @property
    def reason(self) -> str:
        """What was found of this generation of it."""
        judged = self.status.observed_generation == self.generation
        return next((condition.reason for condition in self.status.conditions), UNSEEN) if judged else UNSEEN
