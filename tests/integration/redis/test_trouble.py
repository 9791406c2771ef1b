"""Time limits, the circuit breaker and cancellations, on a real server that is stopped and frozen (E6 to E8)."""

import asyncio
import logging
import os
import random
import signal
import time
from dataclasses import replace
from typing import cast

import pytest
from redis import Redis

from deploy.local.redis_server import RedisServer
from myapp.domain.actions.action import Action
from myapp.infrastructure.redis.redis_address import RedisAddress
from myapp.infrastructure.redis.redis_clients import client_maker
from myapp.infrastructure.redis.redis_failure import RedisFailure
from myapp.infrastructure.redis.redis_link import RedisLink
from tests.integration.redis.conftest import running_cache, snapshot, until

CANCELLATIONS = 10_000


class UnknownAction:
    """An action that nobody has entered into the catalog."""


async def test_e6_a_frozen_server_costs_little_and_then_nothing(
    address: RedisAddress, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Each read ends soon, the breaker opens after five failures, and then Redis is not even asked."""
    todo = snapshot("approve")
    caplog.set_level(logging.INFO)
    async with running_cache(address) as running:
        await running.put(todo)
        await running.get(todo)
        os.kill(redis_server.pid, signal.SIGSTOP)
        longest = 0.0
        while running.cache.usable:
            began = time.monotonic()
            assert await running.get(todo) is None
            longest = max(longest, time.monotonic() - began)
        assert longest < 2.0, "0.35 s at most on a machine with nothing else to do"

        began = time.monotonic()
        assert [await running.get(todo) for _ in range(1000)] == [None] * 1000
        assert time.monotonic() - began < 1.0
        assert running.record.states == ["closed", "open"]

        os.kill(redis_server.pid, signal.SIGCONT)
        await until(lambda: running.cache.usable, patience=30)

        assert running.record.states == ["closed", "open", "half-open", "closed"]
        assert await running.get(todo) == todo
    told = [record.getMessage() for record in caplog.records if "state cache" in record.getMessage()]
    assert len(told) == 3, "in use, not used, in use"
    assert "no answer in time" in told[1]
    assert address.password not in " ".join(told)


async def test_e6_a_server_that_is_gone_is_told_although_nobody_reads(
    address: RedisAddress, redis_server: RedisServer
) -> None:
    """The watch over its health finds out by itself."""
    async with running_cache(address) as running:
        redis_server.stop()

        await until(lambda: running.record.states[-1] == "open", patience=40)


async def test_a_write_that_failed_is_repeated(address: RedisAddress, stored: Redis) -> None:
    """A connection that breaks loses nothing that waits."""
    async with running_cache(address) as running:
        await running.put(snapshot("first"))
        stored.client_kill_filter(_type="normal", skipme=True)

        await running.put(*(snapshot(f"todo-{number}") for number in range(100)))

        assert stored.dbsize() == 101


async def test_what_is_put_before_redis_was_reached_is_written_then(address: RedisAddress) -> None:
    """A start pushes most todos out of memory at once."""
    todos = [snapshot(f"todo-{number}") for number in range(300)]
    async with running_cache(address, reached=False) as running:
        for todo in todos:
            running.cache.put(todo)
        await running.put()

        assert await asyncio.gather(*map(running.get, todos)) == todos


async def test_a_todo_that_cannot_be_written_down_harms_nobody(
    address: RedisAddress, stored: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as one with an action that the mapping does not know: it is left out, and told."""
    strange = snapshot("strange")
    strange = replace(strange, todo=replace(strange.todo, action=cast("Action", UnknownAction())))
    async with running_cache(address) as running:
        await running.put(strange, snapshot("approve"))

        assert stored.dbsize() == 1
        assert await running.get(snapshot("approve")) == snapshot("approve")
    assert "could not be written to the state cache" in caplog.text


async def test_writes_wait_in_a_bounded_line(address: RedisAddress, redis_server: RedisServer) -> None:
    """While Redis stands still no more than 2,000 todos wait, and once it is out of use none."""
    async with running_cache(address) as running:
        os.kill(redis_server.pid, signal.SIGSTOP)
        for number in range(3000):
            running.cache.put(snapshot(f"todo-{number}"))

        found = [await running.cache.get(snapshot(f"todo-{n}").key, f"uid-todo-{n}", "7") for n in (0, 1999)]
        assert None not in found, "what waits is found there"
        await until(lambda: not running.cache.usable)
        await until(lambda: not running.cache.busy)
        os.kill(redis_server.pid, signal.SIGCONT)


async def test_e7_many_reads_share_a_round_trip(address: RedisAddress, stored: Redis) -> None:
    """A hundred todos that are woken at once cost two or three round trips, not a hundred."""
    todos = [snapshot(f"todo-{number}") for number in range(100)]
    async with running_cache(address) as running:
        await running.put(*todos)
        await running.get(todos[0])
        before = stored.info("stats")["total_reads_processed"]

        assert await asyncio.gather(*map(running.get, todos)) == todos

        after = stored.info("stats")["total_reads_processed"]
    assert after - before <= 6, "one for the question itself"


@pytest.mark.timeout(300)
async def test_e8_no_reply_reaches_another_caller(address: RedisAddress) -> None:
    """Ten thousand reads are cancelled at random moments while others go on: each of those gets its own todo."""
    todos = [snapshot(f"todo-{number}", content=f"Do {number}" * 20) for number in range(200)]
    dice = random.Random(8)  # noqa: S311 - dice
    cancelled = 0
    async with running_cache(address) as running:
        await running.put(*todos)

        async def read(number: int) -> bool:
            found = await running.get(todos[number])
            assert found in (todos[number], None)
            return found is not None

        answered = 0
        while cancelled < CANCELLATIONS:
            tasks = [asyncio.create_task(read(dice.randrange(len(todos)))) for _ in range(200)]
            await asyncio.sleep(dice.choice((0, 0, 0.0005, 0.001, 0.002)))
            for task in dice.sample(tasks, 150):
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled += sum(isinstance(result, asyncio.CancelledError) for result in results)
            answered += sum(result is True for result in results)
            assert not [result for result in results if isinstance(result, AssertionError)]
        assert answered > 1000


@pytest.mark.timeout(300)
async def test_e8_a_link_that_is_cancelled_forgets_its_connection(address: RedisAddress, stored: Redis) -> None:
    """Below the cache: calls that are given up in the middle never leave their reply to the next one."""
    for number in range(50):
        stored.set(f"todo:{number}", f"value {number}" * 500)
    link, cancelled = RedisLink(client_maker(address)), 0
    dice = random.Random(8)  # noqa: S311 - dice

    async def read(number: int) -> None:
        (value,) = await link.read([f"todo:{number}"], 100_000)
        assert value == (f"value {number}" * 500).encode()

    while cancelled < 2000:
        tasks = [asyncio.create_task(read(dice.randrange(50))) for _ in range(20)]
        for task in tasks:
            for _ in range(dice.randrange(12)):
                await asyncio.sleep(0)
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled += sum(isinstance(result, asyncio.CancelledError) for result in results)
        rest = [result for result in results if not isinstance(result, asyncio.CancelledError | RedisFailure)]
        assert [result for result in rest if result is not None] == []
    await link.close()


async def test_a_busy_loop_does_not_make_redis_look_dead(address: RedisAddress) -> None:
    """Half a second in which the process itself does something else is no failure of the server."""
    todo = snapshot("approve")
    async with running_cache(address) as running:
        await running.put(todo)
        await running.get(todo)
        for _ in range(6):
            read = asyncio.create_task(running.get(todo))
            await asyncio.sleep(0.001)
            time.sleep(0.25)  # noqa: ASYNC251 - the point of the test
            assert await read == todo
        assert running.record.states == ["closed"]
