"""What goes on for as long as the process does: the loops, and the comparison with what there is."""

import random
from dataclasses import dataclass

from myapp.application.backoff import Backoff
from myapp.application.comparisons import DecisionComparison, RunComparison, TemplateComparison, TodoComparison
from myapp.application.notifications import Notifications
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.reconcile_todo import ReconcileTodo
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.resync import Resync
from myapp.container.clients import Clients
from myapp.container.effects import Effects
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.container.notices import Notices
from myapp.container.trust import Trust
from myapp.container.workflows import build_run_loop, build_template_loop
from myapp.infrastructure.kube.decision_objects import DecisionObjects
from myapp.infrastructure.kube.status_writers import KubeTodoStatusWriter


@dataclass(frozen=True, slots=True)
class UseCases:
    """Of todos, of workflows, and of templates."""

    loops: tuple[ReconcileLoop, ...]
    resync: Resync


def build_use_cases(  # noqa: PLR0917 - all that was built before
    foundation: Foundation, clients: Clients, knowledge: Knowledge, effects: Effects, notices: Notices, trust: Trust
) -> UseCases:
    """They work once they are run."""
    loops = (
        _build_todo_loop(foundation, clients, knowledge, effects, notices, trust),
        build_run_loop(foundation, clients, knowledge, trust, notices),
        build_template_loop(foundation, clients, knowledge),
    )
    return UseCases(loops, _build_resync(foundation, clients, knowledge, trust))


def _build_todo_loop(  # noqa: PLR0917 - as above
    foundation: Foundation, clients: Clients, knowledge: Knowledge, effects: Effects, notices: Notices, trust: Trust
) -> ReconcileLoop:
    reminders = ReminderLedger(knowledge.queue.add)
    reconcile = ReconcileTodo(
        registry=knowledge.registry,
        store=knowledge.store,
        desk=trust.todo_desk,
        intake=trust.intake,
        statuses=KubeTodoStatusWriter(clients.work),
        deleter=knowledge.todos,
        effects=effects.tasks,
        rehearsals=effects.rehearsals,
        notices=Notifications(notices.channels, reminders),
        expressions=foundation.expressions,
        reminders=reminders,
        clock=foundation.clock,
        telemetry=foundation.metrics,
        ended_by_run=knowledge.runs.intake.ended_by_run,
    )
    return ReconcileLoop(
        queue=knowledge.queue,
        reconcile=reconcile,
        backoff=Backoff(random.random),
        clock=foundation.clock,
        telemetry=foundation.metrics,
        workers=foundation.settings.workers,
    )


def _build_resync(foundation: Foundation, clients: Clients, knowledge: Knowledge, trust: Trust) -> Resync:
    """Decisions first, so that none is missed for a target that is listed later; runs before what they consist of."""
    settings, runs = foundation.settings, knowledge.runs
    return Resync(
        comparisons=(
            DecisionComparison(DecisionObjects(clients.work, settings.namespaces), trust.decisions),
            RunComparison(runs.runs, runs.registry, runs.intake),
            TodoComparison(knowledge.todos, knowledge.registry, trust.intake),
            TemplateComparison(runs.templates, runs.template_registry, runs.template_intake),
        ),
        known=lambda: f"{len(knowledge.registry)} todos, {len(runs.registry)} workflows",
        interval=settings.resync_interval,
        random=random.random,
        telemetry=foundation.metrics,
    )
