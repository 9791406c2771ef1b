"""A whole application over fakes: what the composition root builds, without a cluster."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from myapp.application.comparisons import DecisionComparison, RunComparison, TemplateComparison, TodoComparison
from myapp.application.decision_desk import DecisionDesk
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.decision_intake import DecisionIntake
from myapp.application.effect_tasks import EffectTasks
from myapp.application.intake import Intake
from myapp.application.outcomes import Outcome
from myapp.application.ports import EffectPerformer, Rehearser
from myapp.application.reconcile_todo import ReconcileTodo
from myapp.application.rehearsals import Rehearsals
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.resync import Resync
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.application.work_queue import WorkQueue
from myapp.domain.actions.action import Action
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import NAMESPACE, FakeAnswerWriter, FakeCluster, FakeDecisionLister, FakeTodoLister
from tests.fakes.guard import FakeGuard
from tests.fakes.run_cluster import FakeRunCluster, FakeRunLister
from tests.fakes.snapshot_cache import FakeSnapshotCache
from tests.fakes.telemetry import FakeNoticeBoard, FakeTelemetry
from tests.unit.application.runs import Runs


@dataclass
class World:
    """The application's parts, and the fakes that they talk to."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    clock: FakeClock = field(default_factory=FakeClock)
    telemetry: FakeTelemetry = field(default_factory=FakeTelemetry)
    notices: FakeNoticeBoard = field(default_factory=FakeNoticeBoard)
    census: TodoCensus = field(default_factory=TodoCensus)
    decisions: DecisionInbox = field(default_factory=DecisionInbox)
    guard: FakeGuard = field(default_factory=FakeGuard)
    cache: FakeSnapshotCache = field(default_factory=FakeSnapshotCache)
    capacity: int = 100
    performers: dict[type[Action], EffectPerformer] = field(default_factory=dict)
    rehearsers: dict[type[Action], Rehearser] = field(default_factory=dict)
    leads: bool = True
    run_cluster: FakeRunCluster | None = None
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def __post_init__(self) -> None:
        self.registry = TodoRegistry(self.census)
        self.queue = WorkQueue(self.clock, self.telemetry)
        self.store = TodoStore(
            registry=self.registry,
            cache=self.cache,
            reader=self.cluster,
            capacity=self.capacity,
            telemetry=self.telemetry,
        )
        self.effects = EffectTasks(
            performers=self.performers,
            wake=lambda key: self.queue.add(key, priority=self.registry.priority_of(key)),
            starts=4,
            may_act=lambda: self.leads,
            pause=self.pause,
        )
        self.rehearsals = Rehearsals(rehearsers=self.rehearsers, wake=self.queue.add, pause=self.pause)
        self.runs = Runs(self.cluster, self.clock, self.telemetry, self.queue.add, self.run_cluster)
        self.intake = Intake(
            registry=self.registry,
            store=self.store,
            decisions=self.decisions,
            queue=self.queue,
            end_effect=self.effects.forget,
            steps=self.runs.intake,
        )
        self.reminders = ReminderLedger(self.queue.add)
        self.runs.bind(self.intake, self.guard, self.registry.is_awaited)
        self.desk = DecisionDesk(
            decisions=self.decisions,
            guard=self.guard,
            answers=FakeAnswerWriter(self.cluster),
            clock=self.clock,
            telemetry=self.telemetry,
        )
        self.reconcile = ReconcileTodo(
            registry=self.registry,
            store=self.store,
            desk=self.desk,
            intake=self.intake,
            statuses=self.cluster,
            deleter=self.cluster,
            effects=self.effects,
            rehearsals=self.rehearsals,
            notices=self.notices,
            reminders=self.reminders,
            expressions=CelCompiler(),
            clock=self.clock,
            telemetry=self.telemetry,
            ended_by_run=self.runs.intake.ended_by_run,
        )

    @property
    def decision_intake(self) -> DecisionIntake:
        """Where decisions of all kinds come in."""
        inboxes = (self.decisions, self.runs.decisions)
        return DecisionIntake(todos=self.intake, runs=self.runs.intake, inboxes=inboxes)

    def resync(self, todos: FakeTodoLister | None = None) -> Resync:
        """The comparison with all that is in the cluster; ``todos`` lists them, and remembers what was parsed."""
        runs = self.runs
        return Resync(
            comparisons=(
                DecisionComparison(FakeDecisionLister(self.cluster), self.decision_intake),
                RunComparison(FakeRunLister(runs.cluster), runs.registry, runs.intake),
                TodoComparison(todos or FakeTodoLister(self.cluster), self.registry, self.intake),
                TemplateComparison(runs.templates, runs.template_registry, runs.template_intake),
            ),
            known=lambda: f"{len(self.registry)} todos",
            interval=timedelta(hours=1),
            random=lambda: 0.0,
            telemetry=self.telemetry,
        )

    def see_all(self) -> None:
        """Take in everything that is in the cluster, as watches would."""
        self.see_all_todos()
        for decision in self.cluster.decisions.values():
            self.intake.decision_seen(decision)

    def see_all_todos(self) -> None:
        """The same without decisions."""
        for snapshot in list(self.cluster.todos.values()):
            self.intake.todo_seen(snapshot)

    async def look_at(self, name: str) -> Outcome:
        """Reconcile one todo."""
        return await self.reconcile(TodoKey(NAMESPACE, name))

    async def work_off(self) -> list[str]:
        """Reconcile until the queue is empty: the names, in the order in which they were looked at."""
        names = []
        while len(self.queue):
            key = await self.queue.get()
            names.append(key.name)
            await self.reconcile(key)
            self.queue.done(key)
        return names


@pytest.fixture
async def world() -> World:
    """An application that has seen nothing yet."""
    return World()
