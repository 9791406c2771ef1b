"""Whom to believe: how news comes in, and that decisions count only while the policies are proven to work."""

from dataclasses import dataclass

from myapp.application.decision_desk import DecisionDesk
from myapp.application.decision_inbox import DecisionInbox
from myapp.application.decision_intake import DecisionIntake
from myapp.application.guard import Guard, GuardTiming
from myapp.application.intake import Intake
from myapp.container.clients import Clients
from myapp.container.effects import Effects
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.infrastructure.kube.api_moment import ApiMoment
from myapp.infrastructure.kube.forged_decisions import ForgedDecisions
from myapp.infrastructure.kube.guard_record import ConfigMapRecord, NoRecord
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.policy_objects import PolicyObjects
from myapp.infrastructure.kube.status_writers import KubeAnswerWriter
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.shipped_policies import ShippedPolicies
from myapp.infrastructure.system_clock import elapsed


@dataclass(frozen=True, slots=True)
class Trust:
    """The intakes, the guard, and a desk for the decisions on each kind."""

    intake: Intake
    decisions: DecisionIntake
    policies: PolicyObjects
    guard: Guard
    todo_desk: DecisionDesk
    run_desk: DecisionDesk


def build_trust(foundation: Foundation, clients: Clients, knowledge: Knowledge, effects: Effects) -> Trust:
    """Nothing is proven yet."""
    settings, runs = foundation.settings, knowledge.runs
    intake = Intake(
        registry=knowledge.registry,
        store=knowledge.store,
        decisions=knowledge.decisions,
        queue=knowledge.queue,
        end_effect=effects.end,
        steps=runs.intake,
    )
    decisions = DecisionIntake(todos=intake, runs=runs.intake, inboxes=(knowledge.decisions, runs.decisions))
    shipped = ShippedPolicies.load(settings.policies) if settings.policies is not None else None
    policies = PolicyObjects(clients.guard, shipped)
    guard = Guard(
        policies=policies,
        forger=ForgedDecisions(clients.guard, shipped, settings.namespaces),
        clock=ApiMoment(clients.guard, settings.namespaces),
        record=_guard_record(settings, clients.guard),
        wake=decisions.may_be_judged,
        timing=GuardTiming(),
        elapsed=elapsed,
    )

    def desk(inbox: DecisionInbox) -> DecisionDesk:
        return DecisionDesk(
            decisions=inbox,
            guard=guard,
            answers=KubeAnswerWriter(clients.work),
            clock=foundation.clock,
            telemetry=foundation.metrics,
        )

    return Trust(intake, decisions, policies, guard, desk(knowledge.decisions), desk(runs.decisions))


def _guard_record(settings: Settings, client: KubeClient) -> "NoRecord | ConfigMapRecord":
    if not settings.guard_namespace:
        return NoRecord()
    return ConfigMapRecord(client, settings.guard_namespace, settings.guard_name)
