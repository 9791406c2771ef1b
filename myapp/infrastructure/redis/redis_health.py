"""Whether Redis is used at present, and the one line in the log for each time that this changes.

A task of its own finds out: at the start, every ten seconds, every second once something has failed, and after each
pause of the circuit breaker. So no reconcile is ever the one that tries, and trouble is told although nobody reads.
"""

import asyncio
import logging
from typing import Protocol

from myapp.infrastructure.redis.circuit_breaker import BreakerState, CircuitBreaker
from myapp.infrastructure.redis.redis_failure import RedisFailure
from myapp.infrastructure.redis.redis_link import RedisLink

_logger = logging.getLogger(__name__)
_EVERY = 10.0
_WHEN_SUSPECT = 1.0


class BreakerTelemetry(Protocol):
    """Shows the state of the circuit breaker."""

    def breaker(self, state: BreakerState) -> None:
        """It changed its state, or begins in this one."""
        ...


class RedisHealth:
    """Watches the server called ``name`` over a link of its own, writing and reading ``probe_key``."""

    def __init__(
        self, *, name: str, link: RedisLink, probe_key: str, breaker: CircuitBreaker, telemetry: BreakerTelemetry
    ) -> None:
        self._name = name
        self._link = link
        self._probe_key = probe_key
        self._breaker = breaker
        self._telemetry = telemetry
        self._reached = False
        self._shown: BreakerState | None = None
        self._told: type[Exception] | None = None
        """The kind of the failure that the log has last told of, until it is in use again."""
        self._suspicion = asyncio.Event()

    @property
    def usable(self) -> bool:
        """Whether Redis is worth asking: it was reached once, and does not fail now."""
        return self._reached and self._breaker.state == "closed"

    @property
    def promising(self) -> bool:
        """Whether Redis is usable, or may be as soon as it was reached for the first time."""
        return self._breaker.state == "closed"

    def failed(self, failure: RedisFailure) -> None:
        """Something failed. Once the breaker has opened, what was asked before is old news."""
        if self._is_open():
            return
        self._breaker.failed()
        self._suspicion.set()
        self._show()
        if self._is_open() and failure.kind is not self._told:
            self._told = failure.kind
            _logger.warning(
                "the state cache in Redis at %s is not used, todos are read from the API server instead: %s",
                self._name,
                failure,
            )

    async def run(self) -> None:
        """Look after it until cancelled."""
        self._show()
        try:
            while True:
                await self._look()
                await self._pause()
        finally:
            await self._link.close()

    async def _look(self) -> None:
        if not self._breaker.begin_try():
            return
        self._show()
        try:
            await self._link.probe(self._probe_key)
        except RedisFailure as failure:
            self.failed(failure)
            return
        was_usable = self.usable
        self._breaker.succeeded()
        self._show()
        if self._breaker.state == "closed" and not was_usable:
            self._reached, self._told = True, None
            _logger.info("the state cache in Redis at %s is in use", self._name)

    async def _pause(self) -> None:
        if self._is_open():
            await asyncio.sleep(self._breaker.seconds_until_try)
            return
        self._suspicion.clear()
        if self._breaker.suspects or not self._reached:
            await asyncio.sleep(_WHEN_SUSPECT)
            return
        try:
            async with asyncio.timeout(_EVERY):
                await self._suspicion.wait()
        except TimeoutError:
            return

    def _is_open(self) -> bool:
        return self._breaker.state == "open"

    def _show(self) -> None:
        if self._breaker.state != self._shown:
            self._shown = self._breaker.state
            self._telemetry.breaker(self._shown)
