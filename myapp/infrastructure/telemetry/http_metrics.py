"""Requests that Todos with ``http`` have sent: what came of them and how long they took, never where they went."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from myapp.domain.todo_phase import Reason

#: Why there may be no answer. Whatever else is told counts as one, so that the number of series is known.
_NO_ANSWER = frozenset(
    {
        Reason.ADDRESS_NOT_ALLOWED,
        Reason.CONNECTION_FAILED,
        Reason.INVALID_RESPONSE,
        Reason.NAME_NOT_RESOLVED,
        Reason.REDIRECT_REFUSED,
        Reason.REQUEST_TIMED_OUT,
        Reason.RESPONSE_TOO_LARGE,
        Reason.TLS_FAILED,
        Reason.UNAVAILABLE,
    }
)
_OTHER = "Other"
_CLASS = len("2xx")
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class HttpMetrics:
    """Counts requests by their outcome."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__requests = Counter(
            "todo_http_requests",
            "Requests of Todos with http by outcome: the class of the answer's status, or why there is no answer.",
            ("outcome",),
            registry=registry,
        )
        self.__seconds = Histogram(
            "todo_http_request_duration_seconds",
            "How long requests of Todos with http take, redirects and the reading of the answer included.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.__waiting = Gauge(
            "todo_http_requests_waiting",
            "Requests of Todos with http that wait because too many are under way.",
            registry=registry,
        )

    def http_requested(self, outcome: str, seconds: float) -> None:
        """A request has ended: ``2xx``, or a reason such as ``TLSFailed``."""
        known = len(outcome) == _CLASS or outcome in _NO_ANSWER
        self.__requests.labels(outcome if known else _OTHER).inc()
        self.__seconds.observe(seconds)

    def watch_http(self, waiting: Callable[[], float]) -> None:
        """Have the gauge ask, when it is scraped, how many wait."""
        self.__waiting.set_function(waiting)
