"""Todos and what people decide about them.

How many todos stand where is read from the census when somebody scrapes; only what happens is counted as it happens.
"""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from myapp.application.ports import Clock
from myapp.application.todo_census import TodoCensus
from myapp.domain.decision import Answer
from myapp.domain.todo_phase import Reason
from myapp.domain.todo_status import TodoStatus

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_HUMAN_SECONDS = (_MINUTE, 10 * _MINUTE, _HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY)


class Sized(Protocol):
    """Something that knows how many it holds."""

    def __len__(self) -> int:
        """How many."""
        ...


class TodoMetrics:
    """The part of the application's Telemetry that is about todos."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__registry = registry
        self.__ended = Counter(
            "todo_ended",
            "Todos that ended, by the phase and reason in which they did.",
            ("phase", "reason"),
            registry=registry,
        )
        self.__ended_by: dict[tuple[str, str], Counter] = {}
        self.__decisions = Counter(
            "todo_decisions",
            "Decisions that were answered, by action, outcome and the reason for it.",
            ("action", "outcome", "reason"),
            registry=registry,
        )
        self.__waited = Histogram(
            "todo_decision_wait_seconds",
            "How long todos waited for a person until they ended, suspensions left out.",
            buckets=_HUMAN_SECONDS,
            registry=registry,
        )
        self.__listed = Gauge(
            "todo_last_listing_timestamp_seconds",
            "When everything was last listed and compared with what is known.",
            registry=registry,
        )

    def listed(self) -> None:
        """Everything was listed, and compared with what is known."""
        self.__listed.set_to_current_time()

    def moved(self, before: TodoStatus, after: TodoStatus) -> None:
        """A todo's status was written; counted where that was its end."""
        if before.phase.final or not after.phase.final:
            return
        end = after.phase, str(after.reason)
        counter = self.__ended_by.get(end)
        if counter is None:
            counter = self.__ended_by[end] = self.__ended.labels(*end)
        counter.inc()
        if before.reason is Reason.AWAITING_DECISION and after.start_time and after.completion_time:
            waited = after.completion_time - after.start_time - after.suspended_for
            self.__waited.observe(max(waited.total_seconds(), 0.0))

    def answered(self, answer: Answer) -> None:
        """A person's decision has its answer."""
        self.__decisions.labels(answer.decision.action, answer.outcome, answer.reason).inc()

    def watch_todos(self, census: TodoCensus, unjudged: Sized, clock: Clock) -> None:
        """Have the gauges about todos read the census and the inbox when somebody scrapes."""
        self.__registry.register(_CensusCollector(census, unjudged, clock))


class _CensusCollector(Collector):
    """Reads the census."""

    def __init__(self, census: TodoCensus, unjudged: Sized, clock: Clock) -> None:
        self._census = census
        self._unjudged = unjudged
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """The gauges as they are now."""
        standings = GaugeMetricFamily("todo_todos", "Todos by phase and reason.", labels=("phase", "reason"))
        known = 0
        for standing in self._census.standings():
            standings.add_metric((standing.phase, standing.reason), standing.todos)
            known += standing.todos
        yield standings
        yield GaugeMetricFamily("todo_known", "Todos that the operator knows of.", known)
        yield GaugeMetricFamily("todo_decisions_unjudged", "Decisions without an answer.", len(self._unjudged))
        overdue = self._census.overdue(self._clock.now())
        yield GaugeMetricFamily("todo_overdue", "Unfinished todos whose due time has passed.", overdue.todos)
        yield GaugeMetricFamily(
            "todo_oldest_due_seconds",
            "For how long the most overdue of the unfinished todos has been so; 0 where none is.",
            overdue.longest.total_seconds(),
        )
