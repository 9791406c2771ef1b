"""The operator as a whole."""

from functools import partial

from myapp.container.clients import build_clients
from myapp.container.effects import Effects, build_effects
from myapp.container.foundation import Foundation, build_foundation
from myapp.container.knowledge import Knowledge, build_knowledge
from myapp.container.notices import Notices, build_notices
from myapp.container.use_cases import UseCases, build_use_cases
from myapp.infrastructure.kopf_adapter.event_translation import EventTranslation
from myapp.infrastructure.kopf_adapter.handlers import bind_handlers
from myapp.infrastructure.kopf_adapter.runtime import run_kopf
from myapp.infrastructure.kopf_adapter.watch_session import log_in
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.resource_paths import watched_paths
from myapp.infrastructure.operator_process import OperatorProcess
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.telemetry.event_loop import EventLoopMonitor


def build_operator(settings: Settings, access: ClusterAccess) -> OperatorProcess:
    """The operator, not running yet."""
    foundation = build_foundation(settings, access)
    clients = build_clients(foundation)
    knowledge = build_knowledge(foundation, clients.work)
    effects = build_effects(foundation, clients, knowledge)
    notices = build_notices(foundation, clients, knowledge)
    use_cases = build_use_cases(foundation, clients, knowledge, effects, notices)
    metrics = foundation.metrics
    _measure(foundation, knowledge, effects, notices, use_cases)
    metrics.watch_leadership(clients.leadership.may_write)
    handlers = bind_handlers(
        EventTranslation(use_cases.intake),
        partial(log_in, access, use_cases.resync.request, watched_paths(settings.namespaces)),
    )
    return OperatorProcess(
        settings=settings,
        leadership=clients.leadership,
        clients=(clients.work, clients.lease, clients.guard),
        connections=(clients.job_streams, clients.object_streams, effects.watches, effects.http),
        queue=knowledge.queue,
        loop=use_cases.loop,
        effects=effects.tasks,
        rehearsals=effects.rehearsals,
        jobs=effects.jobs,
        resync=use_cases.resync,
        guard=use_cases.guard,
        watch_policies=partial(use_cases.policies.watch, use_cases.guard.policy_seen),
        notices=notices.events,
        webhook=notices.webhook,
        cache=knowledge.cache,
        watches=partial(run_kopf, handlers, settings.namespaces),
        metrics=metrics.registry,
        event_loop=EventLoopMonitor(metrics.lagged),
    )


def _measure(
    foundation: Foundation, knowledge: Knowledge, effects: Effects, notices: Notices, use_cases: UseCases
) -> None:
    """Have the metrics read what is known when somebody scrapes."""
    metrics = foundation.metrics
    metrics.watch_todos(knowledge.census, knowledge.decisions, foundation.clock)
    metrics.watch_work(knowledge.queue.running, foundation.settings.workers)
    metrics.watch_http(lambda: effects.http.waiting)
    if notices.webhook is not None:
        metrics.watch_webhook(notices.webhook)
    metrics.watch_guard(lambda: use_cases.guard.good)
