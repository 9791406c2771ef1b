"""What the process knows of the cluster, and where it reads what it does not keep."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.memory_only import MemoryOnly
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.application.work_queue import WorkQueue
from myapp.container.foundation import Foundation
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.todo_objects import TodoObjects
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from myapp.infrastructure.redis.redis_snapshot_cache import RedisSnapshotCache


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The todos, what was decided about them, and who is to look again."""

    todos: TodoObjects
    census: TodoCensus
    registry: TodoRegistry
    decisions: DecisionInbox
    queue: WorkQueue
    cache: "MemoryOnly | RedisSnapshotCache"
    store: TodoStore

    def wake(self, key: TodoKey) -> None:
        """Have a todo looked at again."""
        self.queue.add(key, priority=self.registry.priority_of(key))


def build_knowledge(foundation: Foundation, client: KubeClient) -> Knowledge:
    """Nothing is known yet."""
    settings, metrics = foundation.settings, foundation.metrics
    todos, census = TodoObjects(client, settings.namespaces), TodoCensus()
    registry, cache = TodoRegistry(census), _cache(settings, metrics)
    return Knowledge(
        todos=todos,
        census=census,
        registry=registry,
        decisions=DecisionInbox(),
        queue=WorkQueue(foundation.clock, metrics),
        cache=cache,
        store=TodoStore(
            registry=registry, cache=cache, reader=todos, capacity=settings.recent_todos, telemetry=metrics
        ),
    )


def _cache(settings: Settings, metrics: Metrics) -> "MemoryOnly | RedisSnapshotCache":
    address = settings.redis_address()
    if address is None:
        return MemoryOnly()
    from myapp.infrastructure.redis.build import build_redis_cache  # noqa: PLC0415 - 6 MiB, for those who use it

    return build_redis_cache(address, prefix=settings.redis_prefix, ttl=settings.redis_ttl, telemetry=metrics)
