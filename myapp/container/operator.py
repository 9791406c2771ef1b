"""The operator as a whole."""

from functools import partial

from myapp.container.clients import build_clients
from myapp.container.effects import Effects, build_effects
from myapp.container.foundation import Foundation, build_foundation
from myapp.container.knowledge import Knowledge, build_knowledge
from myapp.container.notices import Notices, build_notices
from myapp.container.trust import Trust, build_trust
from myapp.container.use_cases import build_use_cases
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
    trust = build_trust(foundation, clients, knowledge, effects)
    use_cases = build_use_cases(foundation, clients, knowledge, effects, notices, trust)
    metrics, runs = foundation.metrics, knowledge.runs
    _measure(foundation, knowledge, effects, notices, trust)
    metrics.watch_leadership(clients.leadership.may_write)
    handlers = bind_handlers(
        EventTranslation(
            todos=trust.intake, runs=runs.intake, templates=runs.template_intake, decisions=trust.decisions
        ),
        partial(log_in, access, use_cases.resync.request, watched_paths(settings.namespaces)),
    )
    return OperatorProcess(
        settings=settings,
        leadership=clients.leadership,
        clients=(clients.work, clients.lease, clients.guard),
        connections=(clients.job_streams, clients.object_streams, effects.watches, effects.http),
        queues=(knowledge.queue, runs.queue, runs.template_queue),
        loops=use_cases.loops,
        effects=effects.tasks,
        rehearsals=effects.rehearsals,
        jobs=effects.jobs,
        resync=use_cases.resync,
        guard=trust.guard,
        watch_policies=partial(trust.policies.watch, trust.guard.policy_seen),
        notices=notices.events,
        webhook=notices.webhook,
        cache=knowledge.cache,
        watches=partial(run_kopf, handlers, settings.namespaces),
        metrics=metrics.registry,
        event_loop=EventLoopMonitor(metrics.lagged),
    )


def _measure(foundation: Foundation, knowledge: Knowledge, effects: Effects, notices: Notices, trust: Trust) -> None:
    """Have the metrics read what is known when somebody scrapes."""
    metrics, workers = foundation.metrics, foundation.settings.workers
    metrics.watch_todos(knowledge.census, trust.decisions, foundation.clock)
    metrics.watch_workflows(knowledge.runs.standings)
    metrics.watch_templates(knowledge.runs.template_standings)
    metrics.watch_work(knowledge.queue.running, workers)
    metrics.workflows.watch_work(knowledge.runs.queue.running, workers)
    metrics.watch_http(lambda: effects.http.waiting)
    if notices.webhook is not None:
        metrics.watch_webhook(notices.webhook)
    metrics.watch_guard(lambda: trust.guard.good)
