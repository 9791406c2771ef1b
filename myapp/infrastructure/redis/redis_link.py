"""One connection to Redis, with short time limits, and one kind of error.

After anything but an answer the connection is thrown away and the next call makes a new one, which logs in anew: the
reply to a call that was given up can never reach another, and a password or an authority that was exchanged in its file
is read again. It deliberately does not retry: whoever calls knows whether it is worth it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from myapp.infrastructure.redis.redis_failure import explain
from myapp.infrastructure.redis.time_limit import time_limit

CONNECT_WITHIN = 0.25
ANSWER_WITHIN = 0.1

_Result = TypeVar("_Result")


class RedisLink:
    """Calls one after another over one connection. ``connect`` makes a client that is not connected yet."""

    def __init__(self, connect: Callable[[], Redis], connect_within: float = CONNECT_WITHIN) -> None:
        self._connect = connect
        self._connect_within = connect_within
        self._client: Redis | None = None
        self._answered = False
        self._turn = asyncio.Lock()

    async def read(self, keys: Sequence[str], longest: int) -> list[bytes | None]:
        """The values, in one round trip, at most ``longest`` bytes of each; None for what is not there.

        What is no string counts as not there. Raises RedisFailure.
        """

        async def fetch(client: Redis) -> list[bytes | None]:
            pipeline = client.pipeline(transaction=False)
            for key in keys:
                pipeline.getrange(key, 0, longest - 1)
            values = await _execute(pipeline, tolerated="WRONGTYPE")
            return [value if isinstance(value, bytes) and value else None for value in values]

        return await self._call(fetch)

    async def write(self, entries: Mapping[str, tuple[bytes, int]], obsolete: Sequence[str]) -> None:
        """Set values, each with its time to live in milliseconds, and delete: one round trip. Raises RedisFailure."""

        async def store(client: Redis) -> None:
            pipeline = client.pipeline(transaction=False)
            for key, (value, milliseconds) in entries.items():
                pipeline.set(key, value, px=milliseconds)
            for key in obsolete:
                pipeline.delete(key)
            await _execute(pipeline)

        await self._call(store)

    async def probe(self, key: str) -> None:
        """Find out whether this connection can write and read. Raises RedisFailure."""

        async def write_and_read(client: Redis) -> None:
            pipeline = client.pipeline(transaction=False)
            pipeline.set(key, b"1", px=60_000)
            pipeline.getrange(key, 0, 0)
            pipeline.delete(key)
            await _execute(pipeline)

        await self._call(write_and_read)

    async def close(self) -> None:
        """Close the connection."""
        client, self._client, self._answered = self._client, None, False
        if client is not None:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(ANSWER_WITHIN):
                    await client.aclose()

    async def _call(self, use: Callable[[Redis], Awaitable[_Result]]) -> _Result:
        async with self._turn:
            limit = ANSWER_WITHIN if self._answered else self._connect_within + ANSWER_WITHIN
            try:
                async with time_limit(limit):
                    if self._client is None:
                        self._client = self._connect()
                    result = await use(self._client)
            except Exception as error:  # whatever the client makes of a bad answer harms nobody else
                await self.close()
                raise explain(error) from error
            except BaseException:
                await self.close()
                raise
            self._answered = True
            return result


async def _execute(pipeline: Pipeline, tolerated: str = "nothing") -> list[Any]:
    """The answers. The first error is raised as it came: the client would add the command to it, and so a todo."""
    answers: list[Any] = await pipeline.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception) and not str(answer).startswith(tolerated):
            raise answer
    return answers
