"""Keys and values as they lie in a real server, and what is made of values that others wrote (E1 to E5, R18)."""

import json
import os
from datetime import timedelta

import pytest
from redis import Redis

from myapp.infrastructure.redis.redis_address import RedisAddress
from tests.integration.redis.conftest import RunningCache, running_cache, snapshot

SEAL = 32


def _keys(stored: Redis) -> list[str]:
    return sorted(key.decode() for key in stored.scan_iter("*"))


async def test_what_is_put_comes_back(address: RedisAddress) -> None:
    """Equal to what was put; the same todo in another version is not there."""
    todo = snapshot("approve", priority=3, depends_on=[{"name": "smoke"}], wait={"duration": "90s"})
    async with running_cache(address) as running:
        await running.put(todo)

        assert await running.get(todo) == todo
        assert await running.get(snapshot("approve", version="8")) is None
        assert await running.get(snapshot("other")) is None
        assert [result for _, result in running.record.reads] == ["hit", "miss", "miss"]


async def test_e1_the_key_names_schema_session_object_kind_and_version(address: RedisAddress, stored: Redis) -> None:
    """With the hash tag of a Redis Cluster round the object, below a prefix of the user's choice."""
    async with running_cache(address, prefix="team-a:todo") as running:
        await running.put(snapshot("approve", version="42"))

        (key,) = _keys(stored)

    schema, session, *rest = key.removeprefix("team-a:todo:").split(":")
    assert schema == "1"
    assert len(bytes.fromhex(session)) == 8
    assert rest == ["{shop/uid-approve}", "Todo", "42"]


async def test_e2_the_value_is_a_seal_and_json_that_says_what_it_is(address: RedisAddress, stored: Redis) -> None:
    """Schema, uid, version and when it was written; the todo in the API's own form."""
    async with running_cache(address) as running:
        await running.put(snapshot("approve", version="42", tags=["prod"]))
        value = stored.get(_keys(stored)[0])

    assert isinstance(value, bytes)
    document = json.loads(value[SEAL:])
    assert (document["schema"], document["uid"], document["resourceVersion"]) == (1, "uid-approve", "42")
    assert document["writtenAt"].endswith("+00:00")
    assert document["todo"]["spec"] == {"content": "Do approve", "tags": ["prod"], "manual": {}}


async def test_e2_what_is_too_long_is_not_kept(address: RedisAddress, stored: Redis) -> None:
    """A todo beyond the cap is read from the API server each time."""
    async with running_cache(address) as running:
        await running.put(snapshot("long", content="x" * 300_000), snapshot("short"))

        assert len(_keys(stored)) == 1


async def test_e3_every_key_has_a_ttl_with_jitter(address: RedisAddress, stored: Redis) -> None:
    """No two hundred entries expire at once, and none stays for ever."""
    async with running_cache(address, ttl=timedelta(hours=10)) as running:
        await running.put(*(snapshot(f"todo-{number}") for number in range(200)))
        times = [stored.pttl(key) / 3_600_000 for key in _keys(stored)]

    assert len(times) == 200
    assert all(8.9 < hours <= 11.0 for hours in times)
    assert max(times) - min(times) > 1.0


async def test_e4_two_operators_on_one_server_never_see_each_others_entries(address: RedisAddress) -> None:
    """Two clusters, two releases, or the same cluster restored from a backup: each has a session of its own."""
    todo, restored = snapshot("approve"), snapshot("approve", priority=9)
    async with running_cache(address) as first, running_cache(address) as second:
        await first.put(todo)

        assert await second.get(restored) is None
        await second.put(restored)
        assert await first.get(todo) == todo
        assert await second.get(restored) == restored


async def test_e5_what_is_dropped_is_deleted(address: RedisAddress, stored: Redis) -> None:
    """Nothing is left of a todo that was deleted, and it is not found from the moment on when it was."""
    todo = snapshot("approve")
    async with running_cache(address) as running:
        await running.put(todo)

        running.cache.drop(todo.key, todo.uid, todo.version)

        assert await running.get(todo) is None
        await running.put()
        assert _keys(stored) == []


async def _forge(running: RunningCache, stored: Redis, value: bytes | None) -> None:
    await running.put(snapshot("victim"))
    (key,) = _keys(stored)
    if value is None:
        stored.delete(key)
        stored.lpush(key, "a list")
    else:
        stored.set(key, value)


def _value_with(seal: bytes, **changed: object) -> bytes:
    document: dict[str, object] = {
        "schema": 1,
        "uid": "uid-victim",
        "resourceVersion": "7",
        "writtenAt": "2026-12-01T08:00:00+00:00",
        "todo": {
            "metadata": {
                "namespace": "shop",
                "name": "victim",
                "uid": "uid-victim",
                "resourceVersion": "7",
                "generation": 1,
                "creationTimestamp": "2026-12-01T08:00:00+00:00",
            },
            "spec": {"content": "Do harm", "wait": {"duration": "0s"}},
            "status": {"observedGeneration": 1, "phase": "Succeeded"},
        },
    }
    return seal + json.dumps(document | changed).encode()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        os.urandom(500),
        b"x" * 10_000_000,
        b"{}",
        _value_with(b"0" * SEAL),
        _value_with(b""),
        _value_with(b"0" * SEAL, schema=0),
        _value_with(b"0" * SEAL, uid="another"),
        None,
    ],
    ids=["empty", "random", "ten-megabytes", "json", "forged", "unsealed", "older-schema", "wrong-uid", "a-list"],
)
async def test_r18_what_others_wrote_is_a_miss(
    address: RedisAddress, stored: Redis, caplog: pytest.LogCaptureFixture, value: bytes | None
) -> None:
    """Whatever lies under the key, nothing but the very value that was put is used, and nothing raises."""
    async with running_cache(address) as running:
        await _forge(running, stored, value)

        assert await running.get(snapshot("victim")) is None
        assert await running.get(snapshot("victim")) is None

        assert running.cache.usable
        told = [record.getMessage() for record in caplog.records if "ignored" in record.getMessage()]
        assert len(told) == (value not in (None, b""))


async def test_r18_a_genuine_value_under_another_key_or_cut_short_is_a_miss(
    address: RedisAddress, stored: Redis
) -> None:
    """Values cannot be moved between todos or versions, changed in a letter, or cut off."""
    todo, other = snapshot("approve"), snapshot("other", version="9")
    async with running_cache(address) as running:
        await running.put(todo, other)
        by_name = {key.split(":")[3]: key for key in _keys(stored)}
        key, other_key = by_name["{shop/uid-approve}"], by_name["{shop/uid-other}"]
        genuine = stored.get(key)
        assert isinstance(genuine, bytes)

        stored.set(other_key, genuine)
        assert await running.get(other) is None
        for bad in (genuine[:-1], genuine.replace(b"Do approve", b"Do nothing"), genuine + b" "):
            stored.set(key, bad)
            assert await running.get(todo) is None
        stored.set(key, genuine)
        assert await running.get(todo) == todo


async def test_e11_no_credential_is_stored(address: RedisAddress, stored: Redis) -> None:
    """Neither the password nor what belongs to the object besides spec and status is in a key or a value."""
    async with running_cache(address) as running:
        await running.put(snapshot("approve"))
        (key,) = _keys(stored)
        value = stored.get(key)

    assert isinstance(value, bytes)
    assert address.password.encode() not in key.encode() + value
    assert set(json.loads(value[SEAL:])["todo"]) == {"metadata", "spec", "status"}
