"""What becomes of events for the webhook, and what it answers."""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class Sized(Protocol):
    """Something that knows how many it holds."""

    def __len__(self) -> int:
        """How many."""
        ...


class WebhookMetrics:
    """Counts events by their end and requests by their answer."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__waiting = _WaitingCollector()
        registry.register(self.__waiting)
        self.__events = Counter(
            "todo_webhook_events",
            "Events for the webhook by kind and by what became of them.",
            ("type", "result"),
            registry=registry,
        )
        self.__requests = Counter(
            "todo_webhook_requests",
            "Requests to the webhook by HTTP status; error means that there was no answer.",
            ("code",),
            registry=registry,
        )

    def webhook_event(self, kind: str, result: str) -> None:
        """An event has come to its end."""
        self.__events.labels(kind, result).inc()

    def webhook_requested(self, code: str) -> None:
        """A request has ended."""
        self.__requests.labels(code).inc()

    def watch_webhook(self, waiting: Sized) -> None:
        """Have a gauge count, when it is scraped, what waits."""
        self.__waiting.waiting = waiting


class _WaitingCollector(Collector):
    """Counts what waits; without a webhook there is no series."""

    def __init__(self) -> None:
        self.waiting: Sized | None = None

    def collect(self) -> Iterator[Metric]:
        """The gauge as it is now."""
        family = GaugeMetricFamily(
            "todo_webhook_waiting", "Events that wait to be delivered to the webhook.", labels=()
        )
        if self.waiting is not None:
            family.add_metric((), len(self.waiting))
        yield family
