"""All metrics of the process, over a registry of their own; ``docs/operations.md`` lists them.

Each group stands in a file beside this one; their attributes have two underscores, because all share one object. Names
are controller-runtime's and client-go's where they have one, so that dashboards made for Go controllers show this one
too. No label carries the name of an object or a user: the number of series does not grow with the cluster.
"""

import platform
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

from myapp.infrastructure.telemetry.cache_metrics import CacheMetrics
from myapp.infrastructure.telemetry.http_metrics import HttpMetrics
from myapp.infrastructure.telemetry.queue_metrics import QueueMetrics
from myapp.infrastructure.telemetry.request_metrics import RequestMetrics
from myapp.infrastructure.telemetry.todo_metrics import TodoMetrics
from myapp.infrastructure.telemetry.webhook_metrics import WebhookMetrics
from myapp.infrastructure.telemetry.workflow_metrics import WorkflowMetrics

_LAG_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 60.0)


class Metrics(QueueMetrics, RequestMetrics, CacheMetrics, TodoMetrics, WebhookMetrics, HttpMetrics, WorkflowMetrics):
    """Telemetry of the application, counter of API requests and of cache reads, and what the process tells of itself.

    ``host`` is the API server's, ``version`` the operator's.
    """

    def __init__(self, *, host: str, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a third of all series, saying when each began
        self.registry = CollectorRegistry()
        QueueMetrics.__init__(self, self.registry)
        RequestMetrics.__init__(self, self.registry, host)
        CacheMetrics.__init__(self, self.registry)
        TodoMetrics.__init__(self, self.registry)
        WebhookMetrics.__init__(self, self.registry)
        HttpMetrics.__init__(self, self.registry)
        WorkflowMetrics.__init__(self, self.registry)
        ProcessCollector(registry=self.registry)
        build = Gauge("todo_build_info", "1, with the versions.", ("version", "python"), registry=self.registry)
        build.labels(version, platform.python_version()).set(1)
        self._leads = Gauge(
            "leader_election_master_status",
            "1 where this replica leads, 0 where it stands by.",
            ("name",),
            registry=self.registry,
        ).labels("myapp")
        self._guard = Gauge(
            "todo_guard_ok",
            "1 where the admission policies are proven to work and decisions are judged; 0 on a standby too.",
            registry=self.registry,
        )
        self._lag = Histogram(
            "todo_event_loop_lag_seconds",
            "How late the event loop gets round to what is due.",
            buckets=_LAG_SECONDS,
            registry=self.registry,
        )

    def watch_leadership(self, leads: Callable[[], bool]) -> None:
        """Have the gauge ask, when it is scraped, whether this replica leads."""
        self._leads.set_function(leads)

    def watch_guard(self, good: Callable[[], bool]) -> None:
        """Have the gauge ask, when it is scraped, whether decisions are judged."""
        self._guard.set_function(good)

    def lagged(self, seconds: float) -> None:
        """The event loop was late by so much."""
        self._lag.observe(seconds)
