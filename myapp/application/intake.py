"""Takes in what is seen of the cluster, from watches, listings and own writes alike, and queues who must look again.

Events are only hints here: their order, their number and their kind do not matter, the latest version does.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.finished_todo import Sight
from myapp.application.snapshot import Snapshot
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.application.work_queue import WorkQueue
from myapp.domain.decision import Decision
from myapp.domain.todo_key import TodoKey


class StepObserver(Protocol):
    """Is told of todos, because some are steps of workflows."""

    def todo_seen(self, sight: Sight) -> None:
        """A todo stands like this now."""
        ...

    def todo_gone(self, key: TodoKey) -> None:
        """It exists no more."""
        ...


class Intake:
    """The one entrance into what the process knows."""

    def __init__(
        self,
        *,
        registry: TodoRegistry,
        store: TodoStore,
        decisions: DecisionInbox,
        queue: WorkQueue,
        end_effect: Callable[[TodoKey], None],
        steps: StepObserver,
    ) -> None:
        """``end_effect`` is told of todos for which nothing is to be under way any more, ``steps`` of all."""
        self._registry = registry
        self._store = store
        self._decisions = decisions
        self._queue = queue
        self._end_effect = end_effect
        self._steps = steps

    def is_news(self, key: TodoKey, uid: str, version: str) -> bool:
        """Whether this version of the object has not been taken in yet: cheap, to be asked before an event is parsed.

        The echo of an own write is no news.
        """
        return not self._registry.knows(key, uid, version)

    def todo_seen(self, snapshot: Sight, *, urgent: bool = True) -> None:
        """An object exists in this version. ``urgent`` is false for listings, which must not delay live edits."""
        woken = self._registry.observe(snapshot)
        if woken is None:
            return
        self._store.keep(snapshot)
        self._steps.todo_seen(snapshot)
        if not snapshot.settled or self._decisions.any_on(snapshot.key):
            self._look_at((snapshot.key,), urgent=urgent)
        else:
            self._end_effect(snapshot.key)
            self._queue.discard(snapshot.key)  # its news was awaited, and somebody else has done the work
            if snapshot.expires_at is not None:
                self._queue.schedule(snapshot.key, snapshot.expires_at)
        self._look_at(woken, urgent=urgent)

    def todo_written(self, snapshot: Snapshot) -> None:
        """We wrote this version ourselves: dependents look again at once, the todo itself need not."""
        woken = self._registry.observe(snapshot)
        if woken is not None:
            self._store.keep(snapshot)
            self._steps.todo_seen(snapshot)
            self._look_at(woken, urgent=True)

    def todo_gone(self, key: TodoKey, uid: str) -> None:
        """An object exists no more."""
        self._store.forget(key, uid)
        if (known := self._registry.version_of(key)) is not None and known[0] == uid:
            self._steps.todo_gone(key)
        woken = self._registry.forget(key, uid)
        if key not in self._registry:
            self._end_effect(key)
        if self._decisions.any_on(key):
            self._look_at((key,), urgent=True)
        elif key not in self._registry:
            self._queue.discard(key)
        self._look_at(woken, urgent=True)

    def decision_seen(self, decision: Decision) -> None:
        """Somebody decided, and nobody has answered."""
        self._decisions.add(decision)
        self._look_at((decision.target,), urgent=True)

    def decision_settled(self, decision_id: str, version: str | None = None) -> None:
        """A decision has its answer, or exists no more; ``version`` names the one that was answered."""
        self._decisions.remove(decision_id, version)

    def decisions_may_be_judged(self) -> None:
        """What keeps decisions waiting is over, or another cause: every todo with one looks again."""
        self._look_at(self._decisions.targets(), urgent=True)

    def _look_at(self, keys: Iterable[TodoKey], *, urgent: bool) -> None:
        for key in keys:
            self._queue.add(key, priority=self._registry.priority_of(key), urgent=urgent)
