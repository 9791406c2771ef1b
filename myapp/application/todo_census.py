"""How many todos stand where, and which of them are late: kept up to date with every change, read when somebody asks.

A record of a todo refers to its standing, which all todos in that state share: counting costs no memory per todo and
two additions per change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from myapp.application.finished_todo import Sight
from myapp.domain.dependency import DependencyState
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase


@dataclass(slots=True, eq=False)
class Standing:
    """One state, and how many todos are in it now."""

    phase: Phase
    reason: str
    state: DependencyState
    """What dependents see of a todo that stands here."""
    todos: int = 0


@dataclass(frozen=True, slots=True)
class Overdue:
    """The unfinished todos whose due time has passed."""

    todos: int
    longest: timedelta
    """How long ago the first of them was due."""


class TodoCensus:
    """The standings of all todos, and the due times of those that have not ended."""

    def __init__(self) -> None:
        self._standings: dict[tuple[Phase, str], Standing] = {}
        self._due: dict[TodoKey, datetime] = {}

    def enter(self, key: TodoKey, snapshot: Sight) -> Standing:
        """Count a todo where its snapshot says that it stands; ``leave`` must be called before it moves on."""
        where = snapshot.phase, snapshot.reason
        standing = self._standings.get(where)
        if standing is None:
            standing = self._standings[where] = Standing(*where, snapshot.dependency_state)
        standing.todos += 1
        if snapshot.due_at is not None:
            self._due[key] = snapshot.due_at
        return standing

    def leave(self, key: TodoKey, standing: Standing) -> None:
        """A todo stands there no more."""
        standing.todos -= 1
        if self._due:
            self._due.pop(key, None)

    def standings(self) -> Iterable[Standing]:
        """Every state in which a todo has been since the start, also those in which there is none any more."""
        return self._standings.values()

    def overdue(self, now: datetime) -> Overdue:
        """Looks through the due times of unfinished todos: for whoever scrapes, not for a reconcile."""
        passed = [due for due in self._due.values() if due <= now]
        return Overdue(len(passed), now - min(passed, default=now))
