"""The work queue and the reconcile loop, under the names and labels of controller-runtime.

Two of its labels are left out: ``priority`` of the depth, which here may have any value, and the result ``requeue``,
which does not occur.
"""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_CONTROLLER = "todo"
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class QueueMetrics:
    """The part of the application's Telemetry that is about keys."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__registry = registry
        self.__depth = self.__gauge("workqueue_depth", "Keys that wait to be reconciled.")
        self.__adds = self.__counter("workqueue_adds", "Keys added to the work queue.")
        self.__retries = self.__counter("workqueue_retries", "Keys queued again because a reconcile failed.")
        self.__waited = self.__histogram("workqueue_queue_duration_seconds", "How long keys wait to be reconciled.")
        self.__worked = self.__histogram("workqueue_work_duration_seconds", "How long keys are worked on.")
        self.__took = self.__histogram("controller_runtime_reconcile_time_seconds", "How long reconciles take.")
        self.__errors = self.__counter("controller_runtime_reconcile_errors", "Reconciles that failed.")
        self.__panics = self.__counter(
            "controller_runtime_reconcile_panics", "Reconciles that raised what nobody had planned for."
        )
        results = Counter(
            "controller_runtime_reconcile",
            "Reconciles by result: success, requeue_after or error.",
            ("controller", "result"),
            registry=registry,
        )
        self.__by_result = {
            result: results.labels(_CONTROLLER, result) for result in ("success", "requeue_after", "error")
        }

    def queued(self, depth: int) -> None:
        """A key was added to the work queue."""
        self.__adds.inc()
        self.__depth.set(depth)

    def started(self, waited: float, depth: int) -> None:
        """A key was taken from the work queue."""
        self.__waited.observe(waited)
        self.__depth.set(depth)

    def finished(self, result: str, seconds: float) -> None:
        """A reconcile ended."""
        self.__by_result[result].inc()
        self.__took.observe(seconds)
        self.__worked.observe(seconds)

    def retried(self) -> None:
        """A key will be tried again."""
        self.__retries.inc()
        self.__errors.inc()

    def panicked(self) -> None:
        """A reconcile raised what nobody had planned for."""
        self.__panics.inc()

    def watch_work(self, running: Callable[[], Sequence[float]], workers: int) -> None:
        """Have the gauges about reconciles under way read, when scraped, how many seconds each of them has been so."""
        self.__gauge("workqueue_unfinished_work_seconds", "Seconds of all the work under way.").set_function(
            lambda: sum(running())
        )
        self.__gauge("workqueue_longest_running_processor_seconds", "Seconds of the longest work.").set_function(
            lambda: max(running(), default=0.0)
        )
        self.__gauge("controller_runtime_active_workers", "Reconciles under way.").set_function(lambda: len(running()))
        self.__gauge("controller_runtime_max_concurrent_reconciles", "How many may be under way.").set(workers)

    def __gauge(self, name: str, description: str) -> Gauge:
        labels = _labels(name)
        return Gauge(name, description, labels, registry=self.__registry).labels(*len(labels) * (_CONTROLLER,))

    def __counter(self, name: str, description: str) -> Counter:
        labels = _labels(name)
        return Counter(name, description, labels, registry=self.__registry).labels(*len(labels) * (_CONTROLLER,))

    def __histogram(self, name: str, description: str) -> Histogram:
        labels = _labels(name)
        histogram = Histogram(name, description, labels, buckets=_SECONDS, registry=self.__registry)
        return histogram.labels(*len(labels) * (_CONTROLLER,))


def _labels(name: str) -> tuple[str, ...]:
    """A queue is labelled with its name and, as controller-runtime has it, once more with its controller's."""
    return ("name", "controller") if name.startswith("workqueue") else ("controller",)
