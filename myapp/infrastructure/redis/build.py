"""Puts the state cache together. Whoever needs no Redis need not import this: its client takes 6 MiB of memory."""

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from myapp.application.ports import CacheTelemetry
from myapp.infrastructure.redis.circuit_breaker import CircuitBreaker
from myapp.infrastructure.redis.entry_codec import EntryCodec
from myapp.infrastructure.redis.redis_address import RedisAddress
from myapp.infrastructure.redis.redis_clients import client_maker
from myapp.infrastructure.redis.redis_health import BreakerTelemetry, RedisHealth
from myapp.infrastructure.redis.redis_link import CONNECT_WITHIN, RedisLink
from myapp.infrastructure.redis.redis_snapshot_cache import RedisSnapshotCache


class RedisTelemetry(CacheTelemetry, BreakerTelemetry, Protocol):
    """All that is counted here."""


def build_redis_cache(
    address: RedisAddress, *, prefix: str, ttl: timedelta, telemetry: RedisTelemetry
) -> RedisSnapshotCache:
    """The cache, with a connection each for reads, writes and the watch over its health; none is open yet."""
    connect = client_maker(address)
    # Each sentinel may have to be asked in turn before the primary is known.
    connect_within = CONNECT_WITHIN * (1 + len(address.hosts) if address.primary else 1)
    reads, writes, probes = (RedisLink(connect, connect_within) for _ in range(3))
    codec = EntryCodec(prefix, lambda: datetime.now(UTC))
    health = RedisHealth(
        name=str(address),
        link=probes,
        probe_key=codec.probe_key,
        breaker=CircuitBreaker(clock=time.monotonic, random=random.random),
        telemetry=telemetry,
    )
    return RedisSnapshotCache(
        codec=codec, reads=reads, writes=writes, health=health, telemetry=telemetry, ttl=ttl, random=random.random
    )
