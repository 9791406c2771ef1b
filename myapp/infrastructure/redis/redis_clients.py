"""Makes clients for an address: plain, with TLS, or of the primary that sentinels name.

The password is read from its file by every new client. The protocol is RESP2, in which connecting takes one command
(AUTH) at most, so that an ACL user needs no more rights than the cache itself does.
"""

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis, Sentinel
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from myapp.infrastructure.redis.redis_address import RedisAddress
from myapp.infrastructure.redis.redis_failure import UnreadablePasswordError
from myapp.infrastructure.redis.redis_link import CONNECT_WITHIN

#: Sentinels have a login and databases of their own: none.
_FOR_SENTINELS = ("socket_timeout", "socket_connect_timeout", "retry", "protocol", "driver_info")


def client_maker(address: RedisAddress) -> Callable[[], Redis]:
    """A function that makes a client with one connection, which is opened by its first call."""
    return lambda: _sentinel_client(address) if address.primary else _client(address)


def _client(address: RedisAddress) -> Redis:
    ((host, port),) = address.hosts
    return Redis(host=host, port=port, max_connections=1, **_options(address))


def _sentinel_client(address: RedisAddress) -> Redis:
    options = _options(address)
    sentinel = Sentinel(  # type: ignore[no-untyped-call] # untyped there
        list(address.hosts), sentinel_kwargs={name: options[name] for name in _FOR_SENTINELS}, **options
    )
    client: Redis = sentinel.master_for(address.primary)
    return client


def _options(address: RedisAddress) -> dict[str, Any]:
    options: dict[str, Any] = {
        "db": address.database,
        "username": address.username or None,
        "password": _password(address) or None,
        "socket_timeout": None,  # the link has a limit of its own, which costs no task per call
        "socket_connect_timeout": CONNECT_WITHIN,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "driver_info": None,
    }
    if address.tls:
        options |= {"ssl": True, "ssl_ca_certs": str(address.ca_file) if address.ca_file else None}
    return options


def _password(address: RedisAddress) -> str:
    if address.password_file is None:
        return address.password
    try:
        return address.password_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"MYAPP_REDIS_PASSWORD_FILE: {address.password_file} cannot be read ({cause})"
        raise UnreadablePasswordError(message) from None
