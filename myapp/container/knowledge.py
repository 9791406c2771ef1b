"""What the process knows of the cluster, where it reads what it does not keep, and how news comes in."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.memory_only import MemoryOnly
from myapp.application.run_intake import RunIntake
from myapp.application.run_registry import RunRegistry
from myapp.application.run_store import RunStore
from myapp.application.template_intake import TemplateIntake
from myapp.application.template_registry import TemplateRegistry
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.application.work_queue import WorkQueue
from myapp.container.foundation import Foundation
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.run_objects import RunObjects
from myapp.infrastructure.kube.template_objects import TemplateObjects
from myapp.infrastructure.kube.todo_objects import TodoObjects
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from myapp.infrastructure.redis.redis_snapshot_cache import RedisSnapshotCache


@dataclass(frozen=True, slots=True)
class RunKnowledge:
    """The workflows, what was decided about them, and which are to be looked at again; and the templates."""

    runs: RunObjects
    registry: RunRegistry
    decisions: DecisionInbox
    queue: WorkQueue
    store: RunStore
    intake: RunIntake
    templates: TemplateObjects
    template_registry: TemplateRegistry
    template_queue: WorkQueue
    template_intake: TemplateIntake

    def standings(self) -> Mapping[tuple[str, str], int]:
        """How many workflows stand where, by phase and reason."""
        return Counter((str(record.phase), record.reason) for record in self.registry.records())

    def template_standings(self) -> Mapping[str, int]:
        """What was found of how many templates, by reason."""
        return Counter(record.reason for record in self.template_registry.records())


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The todos, what was decided about them, and who is to look again; and the workflows that they are steps of."""

    todos: TodoObjects
    census: TodoCensus
    registry: TodoRegistry
    decisions: DecisionInbox
    queue: WorkQueue
    cache: "MemoryOnly | RedisSnapshotCache"
    store: TodoStore
    runs: RunKnowledge

    def wake(self, key: TodoKey) -> None:
        """Have a todo looked at again."""
        self.queue.add(key, priority=self.registry.priority_of(key))


def build_knowledge(foundation: Foundation, client: KubeClient) -> Knowledge:
    """Nothing is known yet."""
    settings, metrics = foundation.settings, foundation.metrics
    todos, census = TodoObjects(client, settings.namespaces), TodoCensus()
    registry, cache = TodoRegistry(census), _cache(settings, metrics)
    queue = WorkQueue(foundation.clock, metrics)

    def wake(key: TodoKey) -> None:
        queue.add(key, priority=registry.priority_of(key))

    return Knowledge(
        todos=todos,
        census=census,
        registry=registry,
        decisions=DecisionInbox(),
        queue=queue,
        cache=cache,
        store=TodoStore(
            registry=registry, cache=cache, reader=todos, capacity=settings.recent_todos, telemetry=metrics
        ),
        runs=_build_runs(foundation, client, wake),
    )


def _build_runs(foundation: Foundation, client: KubeClient, wake_todo: Callable[[TodoKey], None]) -> RunKnowledge:
    settings, metrics, clock = foundation.settings, foundation.metrics, foundation.clock
    runs, registry, decisions = RunObjects(client, settings.namespaces), RunRegistry(), DecisionInbox()
    queue, template_queue = WorkQueue(clock, metrics.workflows), WorkQueue(clock, metrics.templates)
    templates = TemplateRegistry()
    store = RunStore(registry=registry, reader=runs, capacity=settings.recent_todos)
    intake = RunIntake(registry=registry, store=store, decisions=decisions, queue=queue, wake_todo=wake_todo)
    return RunKnowledge(
        runs=runs,
        registry=registry,
        decisions=decisions,
        queue=queue,
        store=store,
        intake=intake,
        templates=TemplateObjects(client, settings.namespaces),
        template_registry=templates,
        template_queue=template_queue,
        template_intake=TemplateIntake(templates, template_queue, intake.template_seen),
    )


def _cache(settings: Settings, metrics: Metrics) -> "MemoryOnly | RedisSnapshotCache":
    address = settings.redis_address()
    if address is None:
        return MemoryOnly()
    from myapp.infrastructure.redis.build import build_redis_cache  # noqa: PLC0415 - 6 MiB, for those who use it

    return build_redis_cache(address, prefix=settings.redis_prefix, ttl=settings.redis_ttl, telemetry=metrics)
