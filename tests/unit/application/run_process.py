"""A process that reconciles todos and runs, and may crash: another one finds the same cluster and an empty memory."""

import contextlib
from datetime import datetime, timedelta

from myapp.application.outcomes import LookAgainAt, Retry
from myapp.domain.todo_key import TodoKey
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import NAMESPACE, FakeCluster
from tests.fakes.run_cluster import FakeRunCluster
from tests.unit.application.conftest import World

_ROUNDS = 5000


class CrashError(Exception):
    """The process stops here."""


class Process:
    """Works off both queues; ``crash_at`` is the number of the write at which the process dies, before or after it."""

    def __init__(self, todos: FakeCluster | None = None, runs: FakeRunCluster | None = None) -> None:
        self.todos = todos or FakeCluster()
        self.clock = FakeClock()
        self.runs = runs or FakeRunCluster(self.todos, self.clock)
        self.writes = 0
        self.crash_at: int | None = None
        self.runs.crash = self._count
        self.world = World()
        self._due: dict[tuple[bool, TodoKey], datetime] = {}
        self.start()

    def start(self) -> None:
        """With nothing in memory: everything is listed, then looked at."""
        self.world = World(cluster=self.todos, clock=self.clock, run_cluster=self.runs)
        self._due = {}
        self.see_all()

    def see_all(self) -> None:
        """What watches and listings would show."""
        self.world.see_all_todos()
        self.world.runs.see_all()
        answered = {answer.decision.id for answer in self.todos.answers}
        for decision in self.todos.decisions.values():
            if decision.id in answered:
                continue
            if decision.target_kind == "TodoWorkflow":
                self.world.runs.intake.decision_seen(decision)
            else:
                self.world.intake.decision_seen(decision)

    async def settle(self) -> None:
        """Until nobody has anything to do before time goes on; after a crash another process goes on."""
        for _ in range(_ROUNDS):
            try:
                if not await self._work():
                    return
            except CrashError:
                self.crash_at = None
                self.start()
        raise AssertionError("it never comes to rest")

    async def wait(self, seconds: float) -> None:
        """Time goes on, in steps, and alarms ring."""
        end = self.clock.now() + timedelta(seconds=seconds)
        await self.settle()
        while (following := min(self._due.values(), default=end)) < end:
            self.clock.moment = max(following, self.clock.now())
            await self.settle()
        self.clock.moment = end
        await self.settle()

    async def _work(self) -> bool:
        world, now = self.world, self.clock.now()
        for (is_run, key), moment in list(self._due.items()):
            if moment <= now:
                del self._due[is_run, key]
                (world.runs.queue if is_run else world.queue).add(key)
        for is_run, queue in ((True, world.runs.queue), (False, world.queue)):
            if not len(queue):
                continue
            key = await queue.get()
            try:
                outcome = await (world.runs.reconcile(key) if is_run else world.reconcile(key))
            finally:
                with contextlib.suppress(KeyError):
                    queue.done(key)
            if isinstance(outcome, LookAgainAt):
                self._due[is_run, key] = outcome.moment
            elif isinstance(outcome, Retry):
                self.see_all()
                queue.add(key)
            return True
        return any(moment <= now for moment in self._due.values())

    def _count(self, _what: str) -> None:
        self.writes += 1
        if self.crash_at == self.writes:
            raise CrashError


def key(name: str) -> TodoKey:
    """The key of an object of these tests."""
    return TodoKey(NAMESPACE, name)
