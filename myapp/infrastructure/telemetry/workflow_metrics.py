"""Workflows: how many stand where, what became of them, how long they took; templates, by what was found of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, Summary
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from myapp.domain.workflow.run_status import RunStatus

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_RUN_SECONDS = (1.0, 10.0, _MINUTE, 10 * _MINUTE, _HOUR, _DAY, 7 * _DAY)

#: How many stand where: by phase and reason.
Standings = Callable[[], Mapping[tuple[str, str], int]]
#: How many templates there are, by what was found of them.
TemplateStandings = Callable[[], Mapping[str, int]]


class WorkflowMetrics:
    """RunTelemetry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__registry = registry
        self.__ended = Counter(
            "todo_workflow_ended",
            "Workflows that ended, by the phase and reason in which they did.",
            ("phase", "reason"),
            registry=registry,
        )
        self.__took = Histogram(
            "todo_workflow_duration_seconds",
            "How long workflows took from their acceptance to their end, suspensions left out.",
            buckets=_RUN_SECONDS,
            registry=registry,
        )
        self.__accepted = Summary(
            "todo_workflow_acceptance_seconds",
            "How long after their creation workflows were accepted.",
            registry=registry,
        )
        self.__children = Counter(
            "todo_workflow_children", "Todos and workflows that steps have become.", registry=registry
        )

    def run_moved(self, before: RunStatus, after: RunStatus) -> None:
        """A run's status was written; counted where that was its end."""
        if before.phase.final or not after.phase.final:
            return
        self.__ended.labels(after.phase, str(after.reason)).inc()
        if after.start_time is not None and after.completion_time is not None:
            took = after.completion_time - after.start_time - after.suspended_for
            self.__took.observe(max(took.total_seconds(), 0.0))

    def child_created(self) -> None:
        """A step has become a todo or a run."""
        self.__children.inc()

    def run_accepted(self, waited: timedelta) -> None:
        """A run was accepted so long after its creation."""
        self.__accepted.observe(max(waited.total_seconds(), 0.0))

    def watch_workflows(self, standings: Standings) -> None:
        """Have the gauge read how many stand where when somebody scrapes."""
        self.__registry.register(_StandingsCollector(standings))

    def watch_templates(self, standings: TemplateStandings) -> None:
        """Have the gauge read what was found of how many when somebody scrapes."""
        self.__registry.register(_TemplatesCollector(standings))


class _StandingsCollector(Collector):
    """Reads the standings."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def collect(self) -> Iterator[Metric]:
        """The gauge as it is now."""
        workflows = GaugeMetricFamily("todo_workflows", "Workflows by phase and reason.", labels=("phase", "reason"))
        for where, count in self._standings().items():
            workflows.add_metric(where, count)
        yield workflows


class _TemplatesCollector(Collector):
    """Reads what was found of templates."""

    def __init__(self, standings: TemplateStandings) -> None:
        self._standings = standings

    def collect(self) -> Iterator[Metric]:
        """The gauge as it is now."""
        templates = GaugeMetricFamily("todo_templates", "Templates by what was found of them.", labels=("reason",))
        for reason, count in self._standings().items():
            templates.add_metric((reason,), count)
        yield templates
