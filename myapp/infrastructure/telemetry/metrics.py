"""The metrics, under controller-runtime's names, so that a dashboard made for Go controllers shows this one too.

No label carries the name of an object or a user: the number of series does not grow with the cluster.
"""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_CONTROLLER = "todo"
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """Telemetry of the application and counter of API requests, over a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._depth = self._gauge("workqueue_depth", "Keys that wait to be reconciled.")
        self._adds = self._counter("workqueue_adds", "Keys added to the work queue.")
        self._retries = self._counter("workqueue_retries", "Keys queued again because a reconcile failed.")
        self._waited = self._histogram("workqueue_queue_duration_seconds", "How long keys wait to be reconciled.")
        self._took = self._histogram("controller_runtime_reconcile_time_seconds", "How long a reconcile takes.")
        self._results = Counter(
            "controller_runtime_reconcile",
            "Reconciles by result: success, requeue_after or error.",
            ("controller", "result"),
            registry=self.registry,
        )
        self._requests = Counter(
            "rest_client_requests",
            "Requests to the API server by method and HTTP status; error means that there was no answer.",
            ("method", "code"),
            registry=self.registry,
        )
        self._by_result = {
            result: self._results.labels(_CONTROLLER, result) for result in ("success", "requeue_after", "error")
        }

    def queued(self, depth: int) -> None:
        """A key was added to the work queue."""
        self._adds.inc()
        self._depth.set(depth)

    def started(self, waited: float, depth: int) -> None:
        """A key was taken from the work queue."""
        self._waited.observe(waited)
        self._depth.set(depth)

    def finished(self, result: str, seconds: float) -> None:
        """A reconcile ended."""
        self._by_result[result].inc()
        self._took.observe(seconds)

    def retried(self) -> None:
        """A key will be tried again."""
        self._retries.inc()

    def requested(self, method: str, code: str) -> None:
        """A request to the API server ended."""
        self._requests.labels(method, code).inc()

    def watch(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Have a gauge read its value when it is scraped."""
        Gauge(name, description, registry=self.registry).set_function(read)

    def _gauge(self, name: str, description: str) -> Gauge:
        return Gauge(name, description, ("name",), registry=self.registry).labels(_CONTROLLER)

    def _counter(self, name: str, description: str) -> Counter:
        return Counter(name, description, ("name",), registry=self.registry).labels(_CONTROLLER)

    def _histogram(self, name: str, description: str) -> Histogram:
        label = "controller" if name.startswith("controller_runtime") else "name"
        return Histogram(name, description, (label,), buckets=_SECONDS, registry=self.registry).labels(_CONTROLLER)
