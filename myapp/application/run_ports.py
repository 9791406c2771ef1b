"""What running workflows needs of the world, each port named by what it can do.

Every method that talks to the API server has a time limit and may raise ApiError; cancelling it is safe.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from myapp.application.finished_todo import Sight
from myapp.application.outcomes import WriteResult
from myapp.application.run_snapshot import RunSight, RunSnapshot, TemplateSnapshot, UnreadableRun
from myapp.domain.json_value import JsonValue
from myapp.domain.plan import Notice
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.template_status import TemplateStatus

#: How long a name that is on its way out is waited for before that is a conflict.
CLEANUP_PATIENCE = timedelta(minutes=5)


class RunReader(Protocol):
    """Reads one run from the API server itself."""

    async def read(self, key: TodoKey) -> RunSight | None:
        """The run as it is now; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ListedRun:
    """An object of a listing. ``sight`` parses it, which costs more than all the rest: only news is worth it."""

    key: TodoKey
    uid: str
    version: str
    sight: Callable[[], RunSight]


@dataclass(frozen=True, slots=True)
class RunPage:
    """A part of a listing; ``version`` is the resourceVersion of the listing as a whole."""

    version: str
    runs: Sequence[ListedRun]


class RunLister(Protocol):
    """Lists all runs that the operator is responsible for."""

    def pages(self) -> AsyncIterator[RunPage]:
        """All runs as of one version, in parts."""
        ...


class RunStatusWriter(Protocol):
    """Writes what has become of a run."""

    async def write(self, snapshot: RunSight, status: RunStatus) -> WriteResult:
        """Replace the status, provided that the object still has the snapshot's version."""
        ...


class RunDeleter(Protocol):
    """Deletes runs whose time to live is over, and what they own after them."""

    async def delete(self, snapshot: RunSnapshot) -> WriteResult:
        """Delete this very object at this very version, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class ChildBody:
    """What a step becomes. ``spec`` is that of a Todo or of a TodoWorkflow in the API's form."""

    key: TodoKey
    run_name: str
    run_uid: str
    """The run that owns it."""
    step: str
    part: str
    """``<step>[.<index>][.r<n>]``: a Todo's name says it too, a run has the annotation ``todo.myapp.dev/part``."""
    created_by: str
    """What the annotation ``todo.myapp.dev/created-by`` is to say; empty where the run has none."""
    spec: Mapping[str, JsonValue]
    definition_name: str = ""
    """Of a run: where its templates are kept (annotation ``todo.myapp.dev/definition``); empty where it names none."""
    ready_at: datetime | None = None
    """Of a Todo that waits: when its step was ready to be done (annotation ``todo.myapp.dev/ready-time``)."""


@dataclass(frozen=True, slots=True)
class TodoMade:
    """The todo exists and is ours: made now, or found from before."""

    sight: Sight


@dataclass(frozen=True, slots=True)
class RunMade:
    """The run exists and is ours: made now, or found from before."""

    sight: RunSight


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another object has the name. ``passing`` says that it is on its way out: terminating, or its owner is gone."""

    message: str
    passing: bool

    def reason_after(self, waited: timedelta) -> RunReason:
        """What to say of a run that has waited for the name so long."""
        waits = self.passing and waited < CLEANUP_PATIENCE
        return RunReason.WAITING_FOR_CLEANUP if waits else RunReason.NAME_CONFLICT


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The API server forbids it (403): a right, a quota, a policy, or a namespace that goes; ``message`` says it."""

    message: str


@dataclass(frozen=True, slots=True)
class NotValid:
    """It would be no valid object (422)."""

    message: str


NotMade = NameTaken | NotAllowed | NotValid


class ChildWriter(Protocol):
    """Creates what the steps of a run become. Who asks again for what is there already, gets it."""

    async def create_todo(self, body: ChildBody) -> TodoMade | NotMade:
        """Create a Todo that the run owns."""
        ...

    async def create_run(self, body: ChildBody) -> RunMade | NotMade:
        """Create a TodoWorkflow that the run owns."""
        ...


@dataclass(frozen=True, slots=True)
class KeptDefinition:
    """What a run keeps of its template: plain JSON."""

    data: Mapping[str, JsonValue]


class DefinitionStore(Protocol):
    """Keeps the definitions that runs have started with (ControllerRevisions)."""

    async def load(self, key: TodoKey) -> KeptDefinition | None:
        """What is kept under that name; None where there is nothing."""
        ...

    async def keep(
        self, key: TodoKey, run_name: str, run_uid: str, data: Mapping[str, JsonValue]
    ) -> KeptDefinition | NameTaken | NotAllowed:
        """Keep it for that run, which owns it; what the run had kept before is returned in its place."""
        ...


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """A part of a listing; ``version`` is the resourceVersion of the listing as a whole."""

    version: str
    templates: Sequence[TemplateSnapshot]


class TemplateReader(Protocol):
    """Reads one template from the API server itself."""

    async def read(self, key: TodoKey) -> TemplateSnapshot | None:
        """The template as it is now; None where there is none."""
        ...


class TemplateLister(Protocol):
    """Lists all templates that the operator is responsible for."""

    def pages(self) -> AsyncIterator[TemplatePage]:
        """All templates as of one version, in parts."""
        ...


class TemplateStatusWriter(Protocol):
    """Writes whether a template can be run."""

    async def write(self, snapshot: TemplateSnapshot, status: TemplateStatus) -> WriteResult:
        """Replace the status, provided that the object still has the snapshot's version."""
        ...


class RunNoticeBoard(Protocol):
    """Shows people what should be looked at."""

    def publish(self, snapshot: RunSnapshot | UnreadableRun, notice: Notice) -> None:
        """Post a notice about a run. Never waits and never fails."""
        ...


class RunTelemetry(Protocol):
    """Counts what becomes of runs. Never waits, never fails."""

    def run_moved(self, before: RunStatus, after: RunStatus) -> None:
        """A run's status was written."""
        ...
