"""A todo as it was read from the API server at one version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from myapp.domain.dependency import DependencyState
from myapp.domain.form import Scalar
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus

#: What stands for the reason of a todo that has none yet.
UNSEEN = "Unseen"
#: What stands for the reason of one whose status cannot be understood.
UNREADABLE = "Unreadable"


@dataclass(frozen=True, slots=True)
class TodoSnapshot:
    """A todo that could be understood."""

    todo: TodoEntry
    status: TodoStatus
    version: str
    terminating: bool = False

    @property
    def key(self) -> TodoKey:
        """Namespace and name."""
        return self.todo.key

    @property
    def uid(self) -> str:
        """Which object of that name it is."""
        return self.todo.id

    @property
    def generation(self) -> int:
        """Which version of the spec it has."""
        return self.todo.generation

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        return self.status.phase

    @property
    def reason(self) -> str:
        """Why it stands there."""
        return self.status.reason or UNSEEN

    @property
    def message(self) -> str:
        """The same, in a sentence."""
        return self.status.message

    @property
    def run(self) -> OwnerRun | None:
        """The workflow that it is a step of."""
        return self.todo.run

    @property
    def due_at(self) -> datetime | None:
        """When it is due; None where it never is, or has ended."""
        return None if self.status.phase.final else self.todo.due_time

    @property
    def priority(self) -> int:
        """Its rank in the work queue."""
        return self.todo.priority

    @property
    def settled(self) -> bool:
        """Whether it has ended, says so about its latest generation, and nothing of it is still to be withdrawn."""
        status = self.status
        seen = status.observed_generation == self.todo.generation
        return status.phase.final and seen and not status.effect.withdrawing

    @property
    def expires_at(self) -> datetime | None:
        """When its time to live is over; None means never."""
        return self.todo.expires_at(self.status.completion_time)

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The names that it depends on; nothing once it has ended."""
        if self.status.phase.final:
            return ()
        return tuple(dependency.name for dependency in self.todo.dependencies)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The names that may still hold it up; nothing once it has started."""
        return () if self.status.start_time is not None else self.depends_on

    @property
    def dependency_state(self) -> DependencyState:
        """What dependents see, but for the outputs."""
        return self.status.dependency_state()

    @property
    def outputs(self) -> Mapping[str, Scalar]:
        """What it yielded."""
        return self.status.outputs


@dataclass(frozen=True, slots=True)
class UnreadableTodo:
    """An object that this version cannot understand. It is parked and costs the others nothing.

    ``status`` is None where it is the status that cannot be read: then nothing may be written over it, because it may
    say that work was done.
    """

    key: TodoKey
    uid: str
    version: str
    generation: int
    status: TodoStatus | None
    problem: str
    terminating: bool = False
    run: OwnerRun | None = None

    @property
    def message(self) -> str:
        """What is wrong."""
        return self.problem

    @property
    def priority(self) -> int:
        """Its rank in the work queue: none."""
        return 0

    @property
    def phase(self) -> Phase:
        """Where it stood when its status could be read; Pending where it cannot."""
        return (self.status or TodoStatus()).phase

    @property
    def reason(self) -> str:
        """Why it stands there."""
        return UNREADABLE if self.status is None else self.status.reason or UNSEEN

    @property
    def due_at(self) -> datetime | None:
        """Unknown."""
        return None

    @property
    def settled(self) -> bool:
        """Whether its status says all there is to say."""
        return (
            self.status is not None
            and self.status.message == self.problem
            and self.status.observed_generation == self.generation
        )

    @property
    def expires_at(self) -> datetime | None:
        """What cannot be read is never deleted."""
        return None

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Unknown, so nothing."""
        return ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Unknown, so nothing."""
        return ()

    @property
    def dependency_state(self) -> DependencyState:
        """What dependents see: its last known phase, else a todo that has not ended."""
        return (self.status or TodoStatus()).dependency_state()

    @property
    def outputs(self) -> Mapping[str, Scalar]:
        """What it yielded, as far as is known."""
        return (self.status or TodoStatus()).outputs


Snapshot = TodoSnapshot | UnreadableTodo
