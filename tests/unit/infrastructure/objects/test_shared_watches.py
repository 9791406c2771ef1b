"""One watch for all who wait for objects of one kind: who is told what, and when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any, cast

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.shared_watches import FollowedObject, SharedWatches

COLLECTION, ME = "/api/v1/namespaces/shop/configmaps", "system:serviceaccount:shop:a"
A, B = ObjectPlace(COLLECTION, "a", "shop"), ObjectPlace(COLLECTION, "b", "shop")


def version(number: int, name: str = "a") -> dict[str, Any]:
    """An object in a version."""
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(number)}}


class Server:
    """Lists, watches and answers as a test says; client and streams in one."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.object: dict[str, Any] | None = None
        self.refuses = False
        self.lists = self.reads = 0
        self.watching = asyncio.Event()
        self.ended = asyncio.Event()
        self.events_sent: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()

    async def request(self, _method: str, path: str, **_options: object) -> ApiAnswer:
        """A list or an object."""
        if path == COLLECTION:
            self.lists += 1
            if self.refuses:
                raise ApiRefusedError("no right", 403)
            return ApiAnswer(200, {"items": self.items, "metadata": {"resourceVersion": "5"}})
        self.reads += 1
        if self.refuses:
            raise ApiUnavailableError("no answer")
        return ApiAnswer(404, {}) if self.object is None else ApiAnswer(200, self.object)

    async def events(self, *_arguments: object) -> AsyncIterator[Mapping[str, Any]]:
        """What the test sends."""
        self.watching.set()
        try:
            while True:
                yield await self.events_sent.get()
        finally:
            self.ended.set()

    def send(self, kind: str, raw: Mapping[str, Any]) -> None:
        """An event."""
        self.events_sent.put_nowait({"type": kind, "object": raw})


def within_a_loop(test: Callable[[Server, SharedWatches], Coroutine[Any, Any, None]], *, most: int = 9) -> None:
    """Run a test with watches of its own."""

    async def run() -> None:
        server = Server()
        watches = SharedWatches(cast("Any", server), cast("Any", server), lambda: 0.0, most=most, linger=0.01)
        async with asyncio.timeout(10), watches:
            await test(server, watches)

    asyncio.run(run())


async def news(followed: FollowedObject) -> Mapping[str, Any] | None:
    """The version that is known after the next change."""
    await followed.changed.wait()
    followed.changed.clear()
    return followed.raw


def test_all_who_wait_share_one_watch_which_ends_with_the_last() -> None:
    async def test(server: Server, watches: SharedWatches) -> None:
        server.items = [version(1)]
        async with watches.follow(A, ME) as one, watches.follow(B, ME) as other:
            assert await news(one) == version(1)
            assert await news(other) is None
            assert other.known
            assert (watches.open, server.lists) == (1, 1)
            server.send("ADDED", version(6, "b"))
            assert await news(other) == version(6, "b")
            server.send("DELETED", version(7))
            assert await news(one) is None
        await server.ended.wait()
        assert watches.open == 0

    within_a_loop(test)


def test_who_comes_at_once_after_the_last_takes_over_the_watch() -> None:
    async def test(server: Server, watches: SharedWatches) -> None:
        async with watches.follow(A, ME):
            await server.watching.wait()
        server.object = version(3)
        async with watches.follow(A, ME) as followed:
            await asyncio.sleep(0.05)  # longer than a watch lingers
            assert not server.ended.is_set()
            assert followed.raw == version(3)
            assert (watches.open, server.lists, server.reads) == (1, 1, 1)

    within_a_loop(test)


def test_nothing_older_is_told() -> None:
    async def test(server: Server, watches: SharedWatches) -> None:
        server.items = [version(5)]
        async with watches.follow(A, ME, version(10)) as followed:
            await server.watching.wait()
            for number in (9, 11):
                server.send("MODIFIED", version(number))
            followed.changed.clear()
            server.send("DELETED", version(10))
            server.send("MODIFIED", version(12))
            while followed.raw != version(12):
                assert followed.raw is not None
                assert await news(followed) in (version(11), version(12))

    within_a_loop(test)


@pytest.mark.parametrize("late", [False, True])
def test_without_the_right_to_watch_whoever_waits_asks(late: bool) -> None:
    async def test(server: Server, watches: SharedWatches) -> None:
        if late:
            async with watches.follow(B, ME):
                await server.watching.wait()
                server.refuses = True
                async with watches.follow(A, ME) as followed:
                    assert followed.unwatched
            return
        server.refuses = True
        async with watches.follow(A, ME) as followed:
            await news(followed)
            assert followed.unwatched
            assert watches.open == 0

    within_a_loop(test)


def test_there_are_no_more_watches_than_allowed() -> None:
    async def test(server: Server, watches: SharedWatches) -> None:
        async with watches.follow(A, ME), watches.follow(A, "another") as other:
            assert other.unwatched
            assert watches.open == 1
            assert server.reads == 0

    within_a_loop(test, most=1)
