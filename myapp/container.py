"""The composition root: the one place that knows the use cases, the ports and their adapters.

Settings and credentials go in, an operator that can run comes out. Everything is built with plain constructors, in the
order of need; nothing is looked up and nothing is global.
"""

import random
import socket
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from yarl import URL

from myapp import __version__
from myapp.application.backoff import Backoff
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.effect_tasks import EffectTasks
from myapp.application.guard import Guard, GuardTiming
from myapp.application.intake import Intake
from myapp.application.leader_election import LeaderElection, Leadership, SoleReplica
from myapp.application.lease import LeaseTiming
from myapp.application.memory_only import MemoryOnly
from myapp.application.notifications import Notifications
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.reconcile_todo import ReconcileTodo
from myapp.application.rehearsals import Rehearsals
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.resync import Resync
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.application.work_queue import WorkQueue
from myapp.domain.actions.http import Http
from myapp.domain.actions.job import Job
from myapp.domain.actions.resource import Resource
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.http.build import build_http_client, build_http_performer
from myapp.infrastructure.kopf_adapter.event_translation import EventTranslation
from myapp.infrastructure.kopf_adapter.handlers import bind_handlers
from myapp.infrastructure.kopf_adapter.runtime import run_kopf
from myapp.infrastructure.kopf_adapter.watch_session import log_in
from myapp.infrastructure.kube.api_moment import ApiMoment
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.decision_objects import DecisionObjects
from myapp.infrastructure.kube.event_notices import EventNotices
from myapp.infrastructure.kube.forged_decisions import ForgedDecisions
from myapp.infrastructure.kube.guard_record import ConfigMapRecord, NoRecord
from myapp.infrastructure.kube.job_action import JobAction
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import LONGEST_SILENCE, KubeStreams
from myapp.infrastructure.kube.lease_objects import LeaseObjects
from myapp.infrastructure.kube.object_judge import ObjectJudge
from myapp.infrastructure.kube.policy_objects import PolicyObjects
from myapp.infrastructure.kube.resource_action import ResourceAction
from myapp.infrastructure.kube.resource_paths import watched_paths
from myapp.infrastructure.kube.shared_watches import MOST_WATCHES, SharedWatches
from myapp.infrastructure.kube.status_writers import KubeAnswerWriter, KubeTodoStatusWriter
from myapp.infrastructure.kube.todo_objects import TodoObjects
from myapp.infrastructure.operator_process import OperatorProcess
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.shipped_policies import ShippedPolicies
from myapp.infrastructure.system_clock import SystemClock, elapsed
from myapp.infrastructure.telemetry.event_loop import EventLoopMonitor
from myapp.infrastructure.telemetry.metrics import Metrics
from myapp.infrastructure.webhook.build import build_webhook

if TYPE_CHECKING:
    from myapp.infrastructure.redis.redis_snapshot_cache import RedisSnapshotCache

_CONTROLLER = "todo.myapp.dev/operator"
_GUARD_CONNECTIONS = 20
"""One watch for each policy and binding, and as many that read them."""


def build_operator(settings: Settings, access: ClusterAccess) -> OperatorProcess:
    """The operator, not running yet."""
    clock, census, expressions = SystemClock(), TodoCensus(), CelCompiler()
    server, agent = URL(access.server), f"myapp/{__version__}"
    metrics = Metrics(host=server.authority, version=__version__)
    connect = partial(KubeClient, access, counter=metrics, agent=agent)
    # A pool of its own: a renewal never waits behind the work, and nobody asks it whether it may write.
    lease_client = connect(connections=1, timeout=settings.lease_retry_period, may_write=lambda: True)
    leadership = _leadership(settings, lease_client, clock)
    client = connect(connections=settings.connections, timeout=settings.request_timeout, may_write=leadership.may_write)
    guard_client = connect(
        connections=_GUARD_CONNECTIONS, timeout=settings.request_timeout, may_write=leadership.may_write
    )
    shipped = ShippedPolicies.load(settings.policies) if settings.policies is not None else None
    policies = PolicyObjects(guard_client, shipped)
    todos = TodoObjects(client, settings.namespaces)
    notices = EventNotices(client, clock, controller=_CONTROLLER, instance=socket.gethostname())

    registry, decisions, queue = TodoRegistry(census), DecisionInbox(), WorkQueue(clock, metrics)
    webhook = build_webhook(
        settings,
        awaits_people=registry.awaits_people,
        host=server.host or "",
        agent=agent,
        clock=clock,
        telemetry=metrics,
    )
    cache = _cache(settings, metrics)
    store = TodoStore(registry=registry, cache=cache, reader=todos, capacity=settings.recent_todos, telemetry=metrics)
    # Each watch keeps a connection; logs are read over the same few.
    job_streams = KubeStreams(
        access,
        connections=2 * max(len(settings.namespaces), 1) + settings.connections,
        timeout=settings.request_timeout,
        silence=LONGEST_SILENCE,
        agent=agent,
    )
    jobs = JobAction.build(client, job_streams, todos, clock, settings.namespaces)
    object_streams = KubeStreams(
        access, connections=MOST_WATCHES, timeout=settings.request_timeout, silence=LONGEST_SILENCE, agent=agent
    )
    watches = SharedWatches(client, object_streams, random.random)
    http_client = build_http_client(settings, agent, metrics)
    objects = ResourceAction.build(client, watches, todos, ObjectJudge(expressions, clock), clock)

    def wake(key: TodoKey) -> None:
        queue.add(key, priority=registry.priority_of(key))

    rehearsals = Rehearsals(rehearsers={Job: jobs.rehearsal, Resource: objects.rehearsal}, wake=wake)
    effects = EffectTasks(
        performers={
            Http: build_http_performer(client, http_client, expressions, clock),
            Job: jobs.performer,
            Resource: objects.performer,
        },
        wake=wake,
        starts=settings.workers,
        may_act=leadership.may_write,
    )

    def end_effect(key: TodoKey) -> None:
        effects.forget(key)
        rehearsals.forget(key)

    intake = Intake(registry=registry, store=store, decisions=decisions, queue=queue, end_effect=end_effect)
    reminders = ReminderLedger(queue.add)
    guard = Guard(
        policies=policies,
        forger=ForgedDecisions(guard_client, shipped, settings.namespaces),
        clock=ApiMoment(guard_client, settings.namespaces),
        record=_guard_record(settings, guard_client),
        wake=intake.decisions_may_be_judged,
        timing=GuardTiming(),
        elapsed=elapsed,
    )
    reconcile = ReconcileTodo(
        registry=registry,
        store=store,
        decisions=decisions,
        guard=guard,
        intake=intake,
        statuses=KubeTodoStatusWriter(client),
        answers=KubeAnswerWriter(client),
        deleter=todos,
        effects=effects,
        rehearsals=rehearsals,
        notices=Notifications((notices,) if webhook is None else (notices, webhook), reminders),
        expressions=expressions,
        reminders=reminders,
        clock=clock,
        telemetry=metrics,
    )
    loop = ReconcileLoop(
        queue=queue,
        reconcile=reconcile,
        backoff=Backoff(random.random),
        clock=clock,
        telemetry=metrics,
        workers=settings.workers,
    )
    resync = Resync(
        todos=todos,
        decisions=DecisionObjects(client, settings.namespaces),
        registry=registry,
        intake=intake,
        interval=settings.resync_interval,
        random=random.random,
        telemetry=metrics,
    )
    handlers = bind_handlers(
        EventTranslation(intake), partial(log_in, access, resync.request, watched_paths(settings.namespaces))
    )
    metrics.watch_todos(census, decisions, clock)
    metrics.watch_work(queue.running, settings.workers)
    metrics.watch_http(lambda: http_client.waiting)
    metrics.watch_leadership(leadership.may_write)
    if webhook is not None:
        metrics.watch_webhook(webhook)
    metrics.watch_guard(lambda: guard.good)
    return OperatorProcess(
        settings=settings,
        leadership=leadership,
        clients=(client, lease_client, guard_client),
        connections=(job_streams, object_streams, watches, http_client),
        queue=queue,
        loop=loop,
        effects=effects,
        rehearsals=rehearsals,
        jobs=jobs.watches,
        resync=resync,
        guard=guard,
        watch_policies=partial(policies.watch, guard.policy_seen),
        notices=notices,
        webhook=webhook,
        cache=cache,
        watches=partial(run_kopf, handlers, settings.namespaces),
        metrics=metrics.registry,
        event_loop=EventLoopMonitor(metrics.lagged),
    )


def _cache(settings: Settings, metrics: Metrics) -> "MemoryOnly | RedisSnapshotCache":
    address = settings.redis_address()
    if address is None:
        return MemoryOnly()
    from myapp.infrastructure.redis.build import build_redis_cache  # noqa: PLC0415 - 6 MiB, for those who use it

    return build_redis_cache(address, prefix=settings.redis_prefix, ttl=settings.redis_ttl, telemetry=metrics)


def _guard_record(settings: Settings, client: KubeClient) -> "NoRecord | ConfigMapRecord":
    if not settings.guard_namespace:
        return NoRecord()
    return ConfigMapRecord(client, settings.guard_namespace, settings.guard_name)


def _leadership(settings: Settings, client: KubeClient, clock: SystemClock) -> Leadership:
    if not settings.leader_election:
        return SoleReplica()
    return LeaderElection(
        leases=LeaseObjects(client, settings.lease_namespace, settings.lease_name),
        # A pod keeps its name when its container is started anew, and is another holder then.
        identity=f"{settings.identity}_{uuid4()}",
        timing=LeaseTiming(settings.lease_duration, settings.lease_renew_deadline, settings.lease_retry_period),
        clock=clock,
        elapsed=elapsed,
    )
