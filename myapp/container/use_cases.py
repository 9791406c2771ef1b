"""What is decided: about todos, about whom to believe, and that nothing was missed."""

import random
from dataclasses import dataclass

from myapp.application.backoff import Backoff
from myapp.application.decision_desk import DecisionDesk
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.guard import Guard, GuardTiming
from myapp.application.intake import Intake
from myapp.application.notifications import Notifications
from myapp.application.reconcile_loop import ReconcileLoop
from myapp.application.reconcile_todo import ReconcileTodo
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.resync import Resync
from myapp.application.run_intake import RunIntake
from myapp.application.run_registry import RunRegistry
from myapp.application.run_store import RunStore
from myapp.application.work_queue import WorkQueue
from myapp.container.clients import Clients
from myapp.container.effects import Effects
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.container.notices import Notices
from myapp.infrastructure.kube.api_moment import ApiMoment
from myapp.infrastructure.kube.decision_objects import DecisionObjects
from myapp.infrastructure.kube.forged_decisions import ForgedDecisions
from myapp.infrastructure.kube.guard_record import ConfigMapRecord, NoRecord
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.policy_objects import PolicyObjects
from myapp.infrastructure.kube.run_objects import RunObjects
from myapp.infrastructure.kube.status_writers import KubeAnswerWriter, KubeTodoStatusWriter
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.shipped_policies import ShippedPolicies
from myapp.infrastructure.system_clock import elapsed


@dataclass(frozen=True, slots=True)
class UseCases:
    """Those that go on for as long as the process does."""

    intake: Intake
    policies: PolicyObjects
    guard: Guard
    loop: ReconcileLoop
    resync: Resync


def build_use_cases(
    foundation: Foundation, clients: Clients, knowledge: Knowledge, effects: Effects, notices: Notices
) -> UseCases:
    """They work once they are run."""
    settings, clock, metrics = foundation.settings, foundation.clock, foundation.metrics
    run_registry = RunRegistry()
    run_intake = RunIntake(
        registry=run_registry,
        store=RunStore(
            registry=run_registry,
            reader=RunObjects(clients.work, settings.namespaces),
            capacity=settings.recent_todos,
        ),
        decisions=DecisionInbox(),
        queue=WorkQueue(clock, metrics),
        wake_todo=knowledge.wake,
    )
    intake = Intake(
        registry=knowledge.registry,
        store=knowledge.store,
        decisions=knowledge.decisions,
        queue=knowledge.queue,
        end_effect=effects.end,
        steps=run_intake,
    )
    shipped = ShippedPolicies.load(settings.policies) if settings.policies is not None else None
    policies = PolicyObjects(clients.guard, shipped)
    guard = Guard(
        policies=policies,
        forger=ForgedDecisions(clients.guard, shipped, settings.namespaces),
        clock=ApiMoment(clients.guard, settings.namespaces),
        record=_guard_record(settings, clients.guard),
        wake=intake.decisions_may_be_judged,
        timing=GuardTiming(),
        elapsed=elapsed,
    )
    reminders = ReminderLedger(knowledge.queue.add)
    reconcile = ReconcileTodo(
        registry=knowledge.registry,
        store=knowledge.store,
        desk=DecisionDesk(
            decisions=knowledge.decisions,
            guard=guard,
            answers=KubeAnswerWriter(clients.work),
            clock=clock,
            telemetry=metrics,
        ),
        intake=intake,
        statuses=KubeTodoStatusWriter(clients.work),
        deleter=knowledge.todos,
        effects=effects.tasks,
        rehearsals=effects.rehearsals,
        notices=Notifications(notices.channels, reminders),
        expressions=foundation.expressions,
        reminders=reminders,
        clock=clock,
        telemetry=metrics,
        ended_by_run=run_intake.ended_by_run,
    )
    loop = ReconcileLoop(
        queue=knowledge.queue,
        reconcile=reconcile,
        backoff=Backoff(random.random),
        clock=clock,
        telemetry=metrics,
        workers=settings.workers,
    )
    resync = Resync(
        todos=knowledge.todos,
        decisions=DecisionObjects(clients.work, settings.namespaces),
        registry=knowledge.registry,
        intake=intake,
        interval=settings.resync_interval,
        random=random.random,
        telemetry=metrics,
    )
    return UseCases(intake, policies, guard, loop, resync)


def _guard_record(settings: Settings, client: KubeClient) -> "NoRecord | ConfigMapRecord":
    if not settings.guard_namespace:
        return NoRecord()
    return ConfigMapRecord(client, settings.guard_namespace, settings.guard_name)
