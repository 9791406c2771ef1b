"""URLs of Redis servers: what they mean, what is refused, and that no password is ever shown."""

import pytest

from myapp.infrastructure.redis.redis_address import RedisAddress, RedisAddressError


def test_a_plain_url_is_read() -> None:
    """User, password and database are optional."""
    address = RedisAddress.parse("redis://myapp:s%40crt@redis.cache.svc:6380/2")

    assert address.hosts == (("redis.cache.svc", 6380),)
    assert (address.username, address.password, address.database, address.tls) == ("myapp", "s@crt", 2, False)
    assert RedisAddress.parse("rediss://redis").hosts == (("redis", 6379),)
    assert RedisAddress.parse("rediss://redis").tls
    assert RedisAddress.parse("redis://[::1]:7000").hosts == (("::1", 7000),)


def test_sentinels_and_the_name_of_the_primary_are_read() -> None:
    """With sentinels' own port as the default."""
    address = RedisAddress.parse("redis+sentinel://:pw@one:5000,two/cache/3")

    assert address.hosts == (("one", 5000), ("two", 26379))
    assert (address.primary, address.database, address.password) == ("cache", 3, "pw")
    assert str(address) == "cache (sentinels one:5000,two:26379)"


def test_no_password_is_shown() -> None:
    """Neither in the name that logs use nor in what a debugger prints."""
    address = RedisAddress.parse("redis://myapp:hunter2@redis")

    assert str(address) == "redis:6379"
    assert "hunter2" not in repr(address)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis.cache.svc:6379", "its scheme is 'redis.cache.svc'"),
        ("http://:hunter2@redis", "its scheme is 'http'"),
        ("redis+cluster://:hunter2@redis", "its scheme is 'redis+cluster'"),
        ("redis://", "a host or its port cannot be read"),
        ("redis://:hunter2@redis:port", "a host or its port cannot be read"),
        ("redis://:hunter2@redis:70000", "a host or its port cannot be read"),
        ("redis://[::1", "it is no URL"),
        ("redis://:hunter2@redis/cache", "its database is no number"),
        ("redis://:hunter2@redis/1/2", "its database is no number"),
        ("redis://:hunter2@redis?ssl_cert_reqs=none", "it has a query or a fragment"),
        ("redis://:hunter2@one,two", "it names several hosts"),
        ("redis+sentinel://:hunter2@one,two", "it does not name the primary"),
    ],
)
def test_what_is_no_address_is_refused(url: str, told: str) -> None:
    """The message says what is wrong and what is allowed, and never the URL."""
    with pytest.raises(RedisAddressError) as raised:
        RedisAddress.parse(url)

    assert told in str(raised.value)
    assert "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]" in str(raised.value)
    assert "hunter2" not in str(raised.value)
