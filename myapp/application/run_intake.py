"""Takes in what is seen of runs, of what they have created and of templates, and queues which run must look again."""

from collections.abc import Callable, Iterable

from myapp.application.child_sight import run_child, todo_child
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.finished_todo import Sight
from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSight
from myapp.application.run_store import RunStore
from myapp.application.work_queue import WorkQueue
from myapp.domain.decision import CancelMode, Decision
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey


class RunIntake:
    """The one entrance into what the process knows of runs. Implements StepObserver for the intake of todos."""

    def __init__(
        self,
        *,
        registry: RunRegistry,
        store: RunStore,
        decisions: DecisionInbox,
        queue: WorkQueue,
        wake_todo: Callable[[TodoKey], None],
    ) -> None:
        """``wake_todo`` has a todo looked at, because the run that it is a step of is ending it."""
        self._registry = registry
        self._store = store
        self._decisions = decisions
        self._queue = queue
        self._wake_todo = wake_todo
        self._told_of_the_gone: list[Callable[[str], None]] = []

    def when_gone(self, forget: Callable[[str], None]) -> None:
        """Have somebody forget what they keep of a run, by its uid, once it exists no more."""
        self._told_of_the_gone.append(forget)

    def is_news(self, key: TodoKey, uid: str, version: str) -> bool:
        """Whether this version of the object has not been taken in yet: to be asked before an event is parsed."""
        return not self._registry.knows(key, uid, version)

    def run_seen(self, sight: RunSight, *, urgent: bool = True) -> None:
        """An object exists in this version."""
        if not self._taken_in(sight):
            return
        if not sight.settled or self._decisions.any_on(sight.key):
            self._queue.add(sight.key, urgent=urgent)
        else:
            self._queue.discard(sight.key)
            if sight.expires_at is not None:
                self._queue.schedule(sight.key, sight.expires_at)

    def run_written(self, sight: RunSight) -> None:
        """We wrote this version ourselves."""
        self._taken_in(sight)

    def run_gone(self, key: TodoKey, uid: str) -> None:
        """An object exists no more."""
        self._store.forget(key, uid)
        for forget in self._told_of_the_gone:
            forget(uid)
        record = self._registry.forget(key, uid)
        if record is not None and record.parent is not None:
            self._wake(self._registry.child_gone(record.parent, key.name))
        if self._decisions.any_on(key):
            self._queue.add(key)
        elif key not in self._registry:
            self._queue.discard(key)

    def todo_seen(self, sight: Sight) -> None:
        """A todo stands like this now."""
        if sight.run is not None:
            self._wake(self._registry.child_seen(sight.key.namespace, sight.run, todo_child(sight, sight.run)))

    def todo_gone(self, key: TodoKey) -> None:
        """A todo exists no more."""
        owner = self._registry.owner_named(key)
        if owner is not None:
            self._wake(self._registry.child_gone(owner, key.name))

    def template_seen(self, key: TodoKey) -> None:
        """A template is there, is another, or is no more: runs that have not begun because of one look again."""
        self._look_at(self._registry.waiting_for_templates(key.namespace))

    def decision_seen(self, decision: Decision) -> None:
        """Somebody decided, and nobody has answered."""
        self._decisions.add(decision)
        self._look_at((decision.target,))

    def decision_settled(self, decision_id: str, version: str | None = None) -> None:
        """A decision has its answer, or exists no more; ``version`` names the one that was answered."""
        self._decisions.remove(decision_id, version)

    def decisions_may_be_judged(self) -> None:
        """What keeps decisions waiting is over, or another cause: every run with one looks again."""
        self._look_at(self._decisions.targets())

    def ended_by_run(self, key: TodoKey, owner: OwnerRun) -> str:
        """Why the run that a todo is a step of ends it; empty where it does not."""
        ending = self._registry.ending_of(key.namespace, owner)
        return ending.why if ending is not None and ending.ends_todos else ""

    def _taken_in(self, sight: RunSight) -> bool:
        before = self._touching_children(sight)
        if not self._registry.observe(sight):
            return False
        self._store.keep(sight)
        if sight.parent is not None:
            child = run_child(sight, sight.parent)
            self._wake(self._registry.child_seen(sight.key.namespace, sight.parent, child))
        if self._touching_children(sight) != before:
            self._wake_children(sight)
        return True

    def _touching_children(self, sight: RunSight) -> tuple[CancelMode | None, bool]:
        ending = self._registry.ending_within(sight.key, sight.uid)
        return ending.mode if ending is not None else None, self._registry.is_held(sight.key, sight.uid)

    def _wake_children(self, sight: RunSight) -> None:
        """The run ends what is under way, is suspended, or goes on: todos have a dot in their name, runs none."""
        ending = self._registry.ending_within(sight.key, sight.uid)
        for name in self._registry.open_children(sight.uid):
            key = sight.key.beside(name)
            if "." not in name:
                self._queue.add(key)
            elif ending is not None and ending.ends_todos:
                self._wake_todo(key)

    def _wake(self, key: TodoKey | None) -> None:
        if key is not None:
            self._queue.add(key)

    def _look_at(self, keys: Iterable[TodoKey]) -> None:
        for key in keys:
            self._queue.add(key)
