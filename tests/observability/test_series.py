"""However many todos there are, the number of series stays small, and no label names an object or a person (F3)."""

import itertools
from dataclasses import replace

import pytest
from prometheus_client import generate_latest

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.snapshot import UNREADABLE, UNSEEN, TodoSnapshot
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.decision import Answer, DecisionReason
from myapp.domain.plan import NoticeKind
from myapp.domain.todo_phase import REASONS, Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.domain.workflow.run_phase import RUN_REASONS
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.template_status import TemplateReason
from myapp.infrastructure.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.observability.exposition import Exposition
from tests.unit.domain.builders import decision

MOST = 500
TODOS = 10_000


def test_f3_ten_thousand_todos_in_every_state_make_less_than_500_series() -> None:
    """Every phase with every reason that it can have, every request, every answer, every level of the cache: more than
    ever occurs.
    """
    metrics, census, cluster = Metrics(host="10.96.0.1:443", version="1"), TodoCensus(), FakeCluster()
    registry = TodoRegistry(census)
    metrics.watch_todos(census, DecisionInbox(), FakeClock())
    metrics.watch_work(list, 32)
    metrics.breaker("closed")
    possible = [(phase, reason) for phase in Phase for reason in (None, *sorted(REASONS[phase]))]
    states = itertools.cycle(possible)
    for number, (phase, reason) in zip(range(TODOS), states, strict=False):
        created: TodoSnapshot = cluster.apply(f"canary-{number}")
        registry.observe(replace(created, status=TodoStatus(1, phase, reason)))
        metrics.moved(TodoStatus(), TodoStatus(1, phase, reason))
    for method, code in itertools.product(
        ("GET", "POST", "PUT", "PATCH", "DELETE"), (200, 201, 403, 404, 409, 429, 500)
    ):
        metrics.requested(method, str(code), 0.1)
    for refusal in DecisionReason:
        metrics.answered(Answer.refused(decision(username="canary-ann"), refusal, "canary"))
    for level, result in itertools.product(("memory", "redis", "api"), ("hit", "miss", "error")):
        metrics.cache_read(level, result)  # type: ignore[arg-type] # the products of literals
    for kind, result in itertools.product(NoticeKind, ("delivered", "refused", "gave_up", "obsolete", "dropped")):
        metrics.webhook_event(kind, result)
    for answer in ("202", "400", "401", "403", "404", "429", "500", "503", "error"):
        metrics.webhook_requested(answer)
    metrics.workflows.watch_work(list, 32)
    ways = [(str(phase), str(reason)) for phase, reasons in RUN_REASONS.items() for reason in reasons]
    ways += [(Phase.PENDING, UNSEEN), (Phase.PENDING, UNREADABLE)]
    metrics.watch_workflows(lambda: dict.fromkeys(ways, 1))
    metrics.watch_templates(lambda: dict.fromkeys((*TemplateReason, UNSEEN), 1))
    for phase, run_reasons in RUN_REASONS.items():
        for run_reason in run_reasons:
            metrics.run_moved(RunStatus(), RunStatus(1, phase, run_reason))
    for outcome in (*(f"{status}xx" for status in range(1, 10)), *Reason):
        metrics.http_requested(outcome, 0.1)
    scraped = Exposition(generate_latest(metrics.registry).decode())
    assert len(registry) == TODOS
    assert sum(at.todos for at in census.standings()) == TODOS
    assert scraped.series < MOST
    assert "canary" not in scraped.text


@pytest.mark.cluster
def test_f3_a_running_operator_names_no_object_and_no_person(exposition: Exposition) -> None:
    """Names of todos, namespaces, users and decisions stay in the objects and the log."""
    assert exposition.series < MOST
    for word in ("canary", "oncall", "decision-1", "names-no-object"):
        assert word not in exposition.text
