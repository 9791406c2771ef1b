"""What the metrics say when it is scraped, as Prometheus reads it."""

from datetime import timedelta

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.decision import Answer, DecisionReason
from myapp.infrastructure.telemetry.metrics import Metrics
from tests.fakes.clock import START, FakeClock
from tests.fakes.cluster import FakeCluster
from tests.unit.domain.builders import UNSEEN, active, decision, plan, todo

CONTROLLER = {"controller": "todo"}
QUEUE = {"name": "todo", "controller": "todo"}


@pytest.fixture
def metrics() -> Metrics:
    """Nothing has happened yet."""
    return Metrics(host="api.example:6443", version="1.2.3")


def value(metrics: Metrics, sample_name: str, /, **labels: str) -> float | None:
    """The one sample with this name and exactly these labels; None where there is none."""
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for sample in family.samples:
            if sample.name == sample_name and sample.labels == labels:
                return sample.value
    return None


def test_f1_a_reconcile_is_counted_as_controller_runtime_does(metrics: Metrics) -> None:
    """Names, labels and meaning: adds, waiting time, result, duration, depth."""
    metrics.queued(3)
    metrics.started(0.02, 2)
    metrics.finished("requeue_after", 0.3)
    assert value(metrics, "workqueue_adds_total", **QUEUE) == 1
    assert value(metrics, "workqueue_depth", **QUEUE) == 2
    assert value(metrics, "workqueue_queue_duration_seconds_sum", **QUEUE) == pytest.approx(0.02)
    assert value(metrics, "workqueue_work_duration_seconds_sum", **QUEUE) == pytest.approx(0.3)
    assert value(metrics, "controller_runtime_reconcile_time_seconds_count", **CONTROLLER) == 1
    assert value(metrics, "controller_runtime_reconcile_total", **CONTROLLER, result="requeue_after") == 1
    assert value(metrics, "controller_runtime_reconcile_total", **CONTROLLER, result="error") == 0
    assert value(metrics, "controller_runtime_reconcile_errors_total", **CONTROLLER) == 0


def test_a_failed_reconcile_is_an_error_and_a_retry(metrics: Metrics) -> None:
    """One that was not planned for is a panic besides."""
    metrics.finished("error", 0.1)
    metrics.retried()
    metrics.panicked()
    assert value(metrics, "controller_runtime_reconcile_errors_total", **CONTROLLER) == 1
    assert value(metrics, "workqueue_retries_total", **QUEUE) == 1
    assert value(metrics, "controller_runtime_reconcile_panics_total", **CONTROLLER) == 1


def test_work_under_way_is_read_at_the_scrape(metrics: Metrics) -> None:
    """What hangs shows although it has not ended."""
    running = [2.0, 30.0]
    metrics.watch_work(lambda: running, 32)
    assert value(metrics, "workqueue_unfinished_work_seconds", **QUEUE) == 32
    assert value(metrics, "workqueue_longest_running_processor_seconds", **QUEUE) == 30
    assert value(metrics, "controller_runtime_active_workers", **CONTROLLER) == 2
    assert value(metrics, "controller_runtime_max_concurrent_reconciles", **CONTROLLER) == 32
    running.clear()
    assert value(metrics, "workqueue_longest_running_processor_seconds", **QUEUE) == 0


def test_f1_requests_are_counted_as_client_go_does(metrics: Metrics) -> None:
    """By code, method and host, the duration by verb and host."""
    metrics.requested("PATCH", "200", 0.02)
    metrics.requested("PATCH", "429", 0.01)
    host = "api.example:6443"
    assert value(metrics, "rest_client_requests_total", code="429", method="PATCH", host=host) == 1
    assert value(metrics, "rest_client_request_duration_seconds_count", verb="PATCH", host=host) == 2


def test_the_breaker_has_no_series_until_there_is_one(metrics: Metrics) -> None:
    """Without Redis nothing may alert on it; with it exactly one state is 1."""
    assert value(metrics, "todo_cache_breaker_state", state="open") is None
    metrics.breaker("open")
    metrics.breaker("half-open")
    assert [value(metrics, "todo_cache_breaker_state", state=state) for state in ("closed", "half-open", "open")] == [
        0,
        1,
        0,
    ]


def test_cache_reads_are_counted_by_level_and_result(metrics: Metrics) -> None:
    """So that the hit rate of each level can be told."""
    metrics.cache_read("memory", "miss")
    metrics.cache_read("redis", "hit")
    metrics.cache_read("redis", "hit")
    assert value(metrics, "todo_cache_reads_total", level="redis", result="hit") == 2
    assert value(metrics, "todo_cache_reads_total", level="memory", result="miss") == 1


def test_leadership_and_build_are_told(metrics: Metrics) -> None:
    """0 until this replica leads."""
    assert value(metrics, "leader_election_master_status", name="myapp") == 0
    metrics.watch_leadership(lambda: True)
    assert value(metrics, "leader_election_master_status", name="myapp") == 1
    assert 'todo_build_info{python="3.' in generate_latest(metrics.registry).decode()


def test_an_end_is_counted_once_with_how_long_a_person_was_waited_for(metrics: Metrics) -> None:
    """From becoming active to the end; later edits of a finished todo are no further end."""
    entry = todo()
    waiting = active(entry)
    done = plan(entry, waiting, seconds=600, decisions=[decision(seconds=590)]).status
    metrics.moved(UNSEEN, waiting)
    metrics.moved(waiting, done)
    metrics.moved(done, done)
    assert value(metrics, "todo_ended_total", phase="Succeeded", reason="Completed") == 1
    assert value(metrics, "todo_decision_wait_seconds_count") == 1
    assert value(metrics, "todo_decision_wait_seconds_sum") == pytest.approx(600)


def test_time_spent_suspended_is_not_time_waited_for_a_person(metrics: Metrics) -> None:
    """The same clock as that of the timeout."""
    waiting = active(todo())
    suspended = plan(todo(suspend=True), waiting, seconds=100).status
    resumed = plan(todo(), suspended, seconds=400).status
    done = plan(todo(), resumed, seconds=500, decisions=[decision(seconds=490)]).status
    metrics.moved(resumed, done)
    assert value(metrics, "todo_decision_wait_seconds_sum") == pytest.approx(200)


def test_a_wait_that_ends_waited_for_nobody(metrics: Metrics) -> None:
    """Only people are waited for here."""
    entry = todo(wait={"duration": "10s"})
    waiting = active(entry)
    metrics.moved(waiting, plan(entry, waiting, seconds=11).status)
    assert value(metrics, "todo_ended_total", phase="Succeeded", reason="Completed") == 1
    assert value(metrics, "todo_decision_wait_seconds_count") == 0


def test_decisions_are_counted_by_action_outcome_and_reason(metrics: Metrics) -> None:
    """Who made them is not told."""
    metrics.answered(Answer.counted(decision(), "applied"))
    metrics.answered(Answer.refused(decision(2), DecisionReason.TARGET_FINISHED, "too late"))
    decided = {"action": "Complete"}
    assert value(metrics, "todo_decisions_total", **decided, outcome="Counted", reason="Applied") == 1
    assert value(metrics, "todo_decisions_total", **decided, outcome="Refused", reason="TargetFinished") == 1


def test_todos_are_read_from_the_census_at_the_scrape(metrics: Metrics) -> None:
    """By phase and reason, with those that are late; a place that nobody is at any more stays, at 0."""
    census, cluster, clock = TodoCensus(), FakeCluster(), FakeClock()
    registry = TodoRegistry(census)
    metrics.watch_todos(census, DecisionInbox(), clock)
    assert value(metrics, "todo_known") == 0
    snapshot = cluster.apply("late", due_time=START + timedelta(minutes=1))
    registry.observe(snapshot)
    clock.advance(minutes=3)
    assert value(metrics, "todo_todos", phase="Pending", reason="Unseen") == 1
    assert value(metrics, "todo_known") == 1
    assert value(metrics, "todo_overdue") == 1
    assert value(metrics, "todo_oldest_due_seconds") == 120
    registry.forget(snapshot.key, snapshot.uid)
    assert value(metrics, "todo_todos", phase="Pending", reason="Unseen") == 0
    assert value(metrics, "todo_oldest_due_seconds") == 0
    assert value(metrics, "todo_decisions_unjudged") == 0
