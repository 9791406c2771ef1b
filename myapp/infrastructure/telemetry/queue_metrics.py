"""The work queue and the reconcile loop, under the names and labels of controller-runtime.

Two of its labels are left out: ``priority`` of the depth, which here may have any value, and the result ``requeue``,
which does not occur.
"""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_TODOS = "todo"
_WORKFLOWS = "todoworkflow"
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class _Families:
    """The metrics of all controllers, each with its labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, description: str) -> Gauge:
            return Gauge(name, description, _labels(name), registry=registry)

        def counter(name: str, description: str) -> Counter:
            return Counter(name, description, _labels(name), registry=registry)

        def histogram(name: str, description: str) -> Histogram:
            return Histogram(name, description, _labels(name), buckets=_SECONDS, registry=registry)

        self.depth = gauge("workqueue_depth", "Keys that wait to be reconciled.")
        self.adds = counter("workqueue_adds", "Keys added to the work queue.")
        self.retries = counter("workqueue_retries", "Keys queued again because a reconcile failed.")
        self.waited = histogram("workqueue_queue_duration_seconds", "How long keys wait to be reconciled.")
        self.worked = histogram("workqueue_work_duration_seconds", "How long keys are worked on.")
        self.took = histogram("controller_runtime_reconcile_time_seconds", "How long reconciles take.")
        self.errors = counter("controller_runtime_reconcile_errors", "Reconciles that failed.")
        self.panics = counter(
            "controller_runtime_reconcile_panics", "Reconciles that raised what nobody had planned for."
        )
        self.results = Counter(
            "controller_runtime_reconcile",
            "Reconciles by result: success, requeue_after or error.",
            ("controller", "result"),
            registry=registry,
        )
        self.unfinished = gauge("workqueue_unfinished_work_seconds", "Seconds of all the work under way.")
        self.longest = gauge("workqueue_longest_running_processor_seconds", "Seconds of the longest work.")
        self.active = gauge("controller_runtime_active_workers", "Reconciles under way.")
        self.most = gauge("controller_runtime_max_concurrent_reconciles", "How many may be under way.")


class ControllerMetrics:
    """QueueTelemetry of one controller. ``detailed`` has the histograms of the queue as well, 16 series each.

    A controller may have two queues: ``main`` is the one whose depth is shown.
    """

    def __init__(self, families: _Families, controller: str, *, detailed: bool, main: bool = True) -> None:
        queue = (controller, controller)
        self.__families = families
        self.__controller = controller
        self.__depth = families.depth.labels(*queue) if main else None
        self.__adds = families.adds.labels(*queue)
        self.__retries = families.retries.labels(*queue)
        self.__waited = families.waited.labels(*queue) if detailed else None
        self.__worked = families.worked.labels(*queue) if detailed else None
        self.__took = families.took.labels(controller)
        self.__errors = families.errors.labels(controller)
        self.__panics = families.panics.labels(controller)
        self.__by_result = {
            result: families.results.labels(controller, result) for result in ("success", "requeue_after", "error")
        }

    def queued(self, depth: int) -> None:
        """A key was added to the work queue."""
        self.__adds.inc()
        if self.__depth is not None:
            self.__depth.set(depth)

    def started(self, waited: float, depth: int) -> None:
        """A key was taken from the work queue."""
        if self.__waited is not None:
            self.__waited.observe(waited)
        if self.__depth is not None:
            self.__depth.set(depth)

    def finished(self, result: str, seconds: float) -> None:
        """A reconcile ended."""
        self.__by_result[result].inc()
        self.__took.observe(seconds)
        if self.__worked is not None:
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
        queue = (self.__controller, self.__controller)
        self.__families.unfinished.labels(*queue).set_function(lambda: sum(running()))
        self.__families.longest.labels(*queue).set_function(lambda: max(running(), default=0.0))
        self.__families.active.labels(self.__controller).set_function(lambda: len(running()))
        self.__families.most.labels(self.__controller).set(workers)


class QueueMetrics(ControllerMetrics):
    """The part of the application's Telemetry that is about keys: those of todos; others have their own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        families = _Families(registry)
        ControllerMetrics.__init__(self, families, _TODOS, detailed=True)
        self.workflows = ControllerMetrics(families, _WORKFLOWS, detailed=False)
        self.templates = ControllerMetrics(families, _WORKFLOWS, detailed=False, main=False)


def _labels(name: str) -> tuple[str, ...]:
    """A queue is labelled with its name and, as controller-runtime has it, once more with its controller's."""
    return ("name", "controller") if name.startswith("workqueue") else ("controller",)
