"""What is decided about workflows and templates."""

import random

from myapp.application.backoff import Backoff
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.reconcile_run import ReconcileRun
from myapp.application.reconcile_template import ReconcileTemplate
from myapp.application.run_children import RunChildren, Taken
from myapp.application.run_definitions import RunDefinitions
from myapp.container.clients import Clients
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.container.notices import Notices
from myapp.container.trust import Trust
from myapp.infrastructure.kube.child_writer import KubeChildWriter
from myapp.infrastructure.kube.definition_revisions import DefinitionRevisions
from myapp.infrastructure.kube.status_writers import KubeRunStatusWriter, KubeTemplateStatusWriter
from myapp.infrastructure.mapping.step_checker import TodoSpecChecker

_CONTROLLER = "todoworkflow"
_TEMPLATE_WORKERS = 4
"""Templates change when people edit them."""


def build_run_loop(
    foundation: Foundation, clients: Clients, knowledge: Knowledge, trust: Trust, notices: Notices
) -> ReconcileLoop:
    """The loop that sees to workflows."""
    settings, clock, metrics, runs = foundation.settings, foundation.clock, foundation.metrics, knowledge.runs
    reconcile = ReconcileRun(
        registry=runs.registry,
        store=runs.store,
        desk=trust.run_desk,
        intake=runs.intake,
        definitions=RunDefinitions(
            templates=runs.templates,
            store=DefinitionRevisions(clients.work),
            compiler=foundation.expressions,
            checker=TodoSpecChecker(foundation.expressions),
            clock=clock,
            capacity=settings.recent_todos,
        ),
        children=RunChildren(
            registry=runs.registry,
            writer=KubeChildWriter(clients.work),
            taken=Taken(trust.intake.todo_seen, runs.intake.run_seen, runs.queue.add),
            clock=clock,
        ),
        statuses=KubeRunStatusWriter(clients.work),
        deleter=runs.runs,
        notices=notices.events,
        clock=clock,
        telemetry=metrics,
        awaited=knowledge.registry.is_awaited,
        interval=settings.workflow_status_interval,
    )
    return ReconcileLoop(
        queue=runs.queue,
        reconcile=reconcile,
        backoff=Backoff(random.random),
        clock=clock,
        telemetry=metrics.workflows,
        workers=settings.workers,
        controller=_CONTROLLER,
    )


def build_template_loop(foundation: Foundation, clients: Clients, knowledge: Knowledge) -> ReconcileLoop:
    """The loop that judges templates."""
    runs = knowledge.runs
    reconcile = ReconcileTemplate(
        templates=runs.templates,
        statuses=KubeTemplateStatusWriter(clients.work),
        compiler=foundation.expressions,
        checker=TodoSpecChecker(foundation.expressions),
        clock=foundation.clock,
    )
    return ReconcileLoop(
        queue=runs.template_queue,
        reconcile=reconcile,
        backoff=Backoff(random.random),
        clock=foundation.clock,
        telemetry=foundation.metrics.templates,
        workers=_TEMPLATE_WORKERS,
        controller="todotemplate",
    )
