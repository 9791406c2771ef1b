"""The cache: what its levels answered, and whether the circuit breaker lets requests through to Redis.

Where no Redis is configured, the breaker has no series.
"""

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge

CacheLevel = Literal["memory", "redis", "api"]
CacheResult = Literal["hit", "miss", "error"]
BreakerState = Literal["closed", "half-open", "open"]

_STATES: tuple[BreakerState, ...] = ("closed", "half-open", "open")


class CacheMetrics:
    """Counts reads by level."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.__reads = Counter(
            "todo_cache_reads", "Reads of the cache by level and result.", ("level", "result"), registry=registry
        )
        self.__breaker = Gauge(
            "todo_cache_breaker_state",
            "1 for the state of the circuit breaker.",
            ("state",),
            registry=registry,
        )
        self.__reads_by: dict[tuple[CacheLevel, CacheResult], Counter] = {}

    def cache_read(self, level: CacheLevel, result: CacheResult) -> None:
        """A level of the cache was asked. An ``error`` is one that did not answer, or with what cannot be used."""
        counter = self.__reads_by.get((level, result))
        if counter is None:
            counter = self.__reads_by[level, result] = self.__reads.labels(level, result)
        counter.inc()

    def breaker(self, state: BreakerState) -> None:
        """The circuit breaker changed its state, or begins in this one."""
        for known in _STATES:
            self.__breaker.labels(known).set(known == state)
