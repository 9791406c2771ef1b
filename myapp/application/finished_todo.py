"""The little that must be known of a todo that has ended: most todos of a cluster, and most of what a start reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from myapp.application.snapshot import UNSEEN, Snapshot
from myapp.domain.dependency import DependencyState
from myapp.domain.form import Scalar
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class FinishedTodo:
    """A todo that has ended, and says so about its latest generation. Who wants to know more of it reads it."""

    key: TodoKey
    uid: str
    version: str
    phase: Phase
    cause: Reason | None
    priority: int
    expires_at: datetime | None
    outputs: Mapping[str, Scalar]
    run: OwnerRun | None = None
    message: str = ""
    """What is said of its end; empty where nobody needs to know, because it is a step of no workflow."""

    @property
    def reason(self) -> str:
        """Why it stands where it stands."""
        return self.cause or UNSEEN

    @property
    def due_at(self) -> datetime | None:
        """It has ended."""
        return None

    @property
    def settled(self) -> bool:
        """It has."""
        return True

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Nothing any more."""
        return ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Nothing any more."""
        return ()

    @property
    def dependency_state(self) -> DependencyState:
        """What dependents see."""
        return DependencyState.of(self.phase, self.cause)


#: What is taken in of the cluster: a todo as a whole, or only that it has ended.
Sight = Snapshot | FinishedTodo
