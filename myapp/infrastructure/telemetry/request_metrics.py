"""Requests to the API server, under client-go's names and labels. Watches, which last for minutes, are left out."""

from prometheus_client import CollectorRegistry, Counter, Histogram

#: Client-go's, but for those above: requests end by their limit, 10 s by default.
_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 15.0)


class RequestMetrics:
    """Counts requests; ``host`` is the API server's."""

    def __init__(self, registry: CollectorRegistry, host: str) -> None:
        self.__host = host
        self.__requests = Counter(
            "rest_client_requests",
            "Requests to the API server by method and HTTP status; error means that there was no answer.",
            ("code", "method", "host"),
            registry=registry,
        )
        self.__request_seconds = Histogram(
            "rest_client_request_duration_seconds",
            "How long requests to the API server take.",
            ("verb", "host"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.__known: dict[tuple[str, str], tuple[Counter, Histogram]] = {}

    def requested(self, method: str, code: str, seconds: float) -> None:
        """A request ended with this status, or with ``error`` where there was no answer."""
        known = self.__known.get((method, code))
        if known is None:
            known = self.__known[method, code] = (
                self.__requests.labels(code, method, self.__host),
                self.__request_seconds.labels(method, self.__host),
            )
        counter, duration = known
        counter.inc()
        duration.observe(seconds)
