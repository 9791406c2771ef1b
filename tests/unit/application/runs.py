"""The application's parts that see to runs, over the fakes that they talk to."""

from collections.abc import Callable
from datetime import timedelta

from myapp.application.decision_desk import DecisionDesk
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.guard import DecisionGuard
from myapp.application.intake import Intake
from myapp.application.outcomes import LookAgainAt, Outcome
from myapp.application.reconcile_run import ReconcileRun
from myapp.application.reconcile_template import ReconcileTemplate
from myapp.application.run_children import RunChildren, Taken
from myapp.application.run_definitions import RunDefinitions
from myapp.application.run_intake import RunIntake
from myapp.application.run_registry import RunRegistry
from myapp.application.run_store import RunStore
from myapp.application.template_intake import TemplateIntake
from myapp.application.template_registry import TemplateRegistry
from myapp.application.work_queue import WorkQueue
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import NAMESPACE, FakeAnswerWriter, FakeCluster
from tests.fakes.run_cluster import FakeRunCluster, FakeTemplates
from tests.fakes.telemetry import FakeRunTelemetry, FakeTelemetry
from tests.unit.domain.workflow.builders import TakesAll

INTERVAL = timedelta(seconds=2)


class Runs:
    """What a process knows of runs, and the use case."""

    def __init__(
        self,
        todos: FakeCluster,
        clock: FakeClock,
        telemetry: FakeTelemetry,
        wake_todo: Callable[[TodoKey], None],
        cluster: FakeRunCluster | None = None,
    ) -> None:
        self.cluster = cluster or FakeRunCluster(todos, clock)
        self.clock = clock
        self._telemetry = telemetry
        self.registry = RunRegistry()
        self.store = RunStore(registry=self.registry, reader=self.cluster, capacity=100)
        self.decisions = DecisionInbox()
        self.queue = WorkQueue(clock, telemetry)
        self.templates = FakeTemplates(self.cluster)
        self.template_registry = TemplateRegistry()
        self.template_queue = WorkQueue(clock, telemetry)
        self.moved = FakeRunTelemetry()
        self.intake = RunIntake(
            registry=self.registry,
            store=self.store,
            decisions=self.decisions,
            queue=self.queue,
            wake_todo=wake_todo,
        )
        self.template_intake = TemplateIntake(self.template_registry, self.template_queue, self.intake.template_seen)

    def bind(self, todos: Intake, guard: DecisionGuard, awaited: Callable[[TodoKey], bool]) -> None:
        """Build the use cases, which take in todos too."""
        children = RunChildren(
            registry=self.registry,
            writer=self.cluster,
            taken=Taken(todos.todo_seen, self.intake.run_seen, self.queue.add),
            clock=self.clock,
        )
        definitions = RunDefinitions(
            templates=self.templates,
            store=self.cluster,
            compiler=CelCompiler(),
            checker=TakesAll(),
            clock=self.clock,
            capacity=100,
        )
        desk = DecisionDesk(
            decisions=self.decisions,
            guard=guard,
            answers=FakeAnswerWriter(self.cluster.todos),
            clock=self.clock,
            telemetry=self._telemetry,
        )
        self.reconcile = ReconcileRun(
            registry=self.registry,
            store=self.store,
            desk=desk,
            intake=self.intake,
            definitions=definitions,
            children=children,
            statuses=self.cluster,
            deleter=self.cluster,
            notices=self.cluster,
            clock=self.clock,
            telemetry=self.moved,
            awaited=awaited,
            interval=INTERVAL,
        )
        self.check_template = ReconcileTemplate(
            templates=self.templates,
            statuses=self.templates,
            compiler=CelCompiler(),
            checker=TakesAll(),
            clock=self.clock,
        )

    def see_all(self) -> None:
        """Take in every run that is in the cluster, as a listing would."""
        for sight in list(self.cluster.runs.values()):
            self.intake.run_seen(sight)

    async def look_at(self, name: str) -> Outcome:
        """Reconcile one run, and keep its alarm."""
        key = TodoKey(NAMESPACE, name)
        outcome = await self.reconcile(key)
        if isinstance(outcome, LookAgainAt):
            self.queue.schedule(key, outcome.moment)
        return outcome
