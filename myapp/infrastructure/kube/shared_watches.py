"""What is known of the objects that somebody waits for: one watch serves all who wait, with the same account, for
objects of the same kind in the same namespace.

A watch begins with the first who waits and ends a moment after the last. It keeps the latest version of the objects
that are waited for, and nothing of all the others. Where an account may not list and watch, whoever waits is told so,
and asks for the object itself instead.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any

from myapp.application.errors import ApiError, ApiRefusedError
from myapp.infrastructure.kube.kind_discovery import ObjectPlace
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams
from myapp.infrastructure.kube.object_watch import ObjectWatch

_logger = logging.getLogger(__name__)

#: Connections to the API server, one each. Who comes when there are more asks for the object itself.
MOST_WATCHES = 500
#: Seconds for which a watch is kept that nobody needs: often the next who waits comes at once.
LINGER = 5.0


@dataclass(slots=True, eq=False)
class FollowedObject:
    """One object that somebody waits for."""

    name: str
    raw: Mapping[str, Any] | None = None
    """The latest version that is known. None where the watch knows of none, which a live GET is to confirm."""
    known: bool = False
    """Whether anything is known of it yet."""
    unwatched: bool = False
    """Whether nobody watches it, so that it must be asked for."""
    troubled: bool = False
    """Whether that is so because the API server did not answer, which may be over soon."""
    late: bool = False
    """Whether it came when the watch was listing already, or had listed, and may have been passed over."""
    told: bool = False
    """Whether the watch has told of it."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, raw: Mapping[str, Any] | None) -> None:
        """It exists in this version, or not at all; an older version is no news."""
        if raw is not None and self.raw is not None and _older(raw, self.raw):
            return
        self.raw, self.known = raw, True
        self.changed.set()

    def hear(self, raw: Mapping[str, Any] | None) -> None:
        """The watch has told of it."""
        self.told = True
        self.take(raw)

    def lose_watch(self) -> None:
        """Nobody watches it any more."""
        self.unwatched = True
        self.changed.set()


class _SharedWatch:
    """WatchListener for all who wait for objects of one collection."""

    def __init__(self) -> None:
        self.followed: dict[str, set[FollowedObject]] = {}
        self.begun = False
        """Whether it has begun to list: who comes then may have been passed over."""
        self.task: asyncio.Task[None] | None = None
        self.closing: asyncio.TimerHandle | None = None

    def seen(self, raw: Mapping[str, Any]) -> None:
        """An object exists in this version."""
        self.begun = True
        for followed in self.followed.get(raw["metadata"]["name"], ()):
            followed.hear(raw)

    def gone(self, raw: Mapping[str, Any]) -> None:
        """An object exists no more."""
        for followed in self.followed.get(raw["metadata"]["name"], ()):
            if followed.raw is None or not _older(raw, followed.raw):
                followed.hear(None)

    def listed(self, _namespace: str, uids: Set[str]) -> None:
        """These objects exist, and no others."""
        self.begun = True
        for followed in self.all():
            missing = not followed.late if followed.raw is None else followed.raw["metadata"]["uid"] not in uids
            if missing:
                followed.hear(None)

    def all(self) -> list[FollowedObject]:
        """Whoever is waited for."""
        return [followed for everyone in self.followed.values() for followed in everyone]


class SharedWatches(AbstractAsyncContextManager["SharedWatches"]):
    """``random`` gives numbers from 0 to 1."""

    def __init__(
        self,
        client: KubeClient,
        streams: KubeStreams,
        random: Callable[[], float],
        *,
        most: int = MOST_WATCHES,
        linger: float = LINGER,
    ) -> None:
        self._client = client
        self._streams = streams
        self._random = random
        self._most = most
        self._linger = linger
        self._watches: dict[tuple[str, str], _SharedWatch] = {}

    @property
    def open(self) -> int:
        """How many watches there are."""
        return len(self._watches)

    @asynccontextmanager
    async def follow(
        self, place: ObjectPlace, acting_as: str, raw: Mapping[str, Any] | None = None
    ) -> AsyncIterator[FollowedObject]:
        """Keep up with an object, with the rights of ``acting_as``, while the context is open.

        ``raw`` is how it is known already: nothing older is told.
        """
        followed, scope = FollowedObject(place.name, raw, known=raw is not None), (acting_as, place.collection)
        watch = self._watches.get(scope) or self._begin(scope)
        if watch is None:
            followed.lose_watch()
            yield followed
            return
        watch.followed.setdefault(place.name, set()).add(followed)
        if watch.closing is not None:
            watch.closing.cancel()
            watch.closing = None
        try:
            if watch.begun:
                followed.late = True
                await self._look(followed, place, acting_as)
            yield followed
        finally:
            self._leave(scope, watch, followed)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for watch in self._watches.values() if (task := watch.task) is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, followed: FollowedObject, place: ObjectPlace, acting_as: str) -> None:
        """A watch under way tells of changes only: how the object is now, the API server must say."""
        try:
            answer = await self._client.request("GET", place.path, acting_as=acting_as)
        except ApiError as error:
            followed.troubled = not _is_final(error)
            followed.lose_watch()  # whoever waits asks, and says why it cannot be read
        else:
            if not followed.told:  # else that is as new, or followed by what is
                followed.take(None if answer.missing else answer.body)

    def _begin(self, scope: tuple[str, str]) -> _SharedWatch | None:
        if len(self._watches) >= self._most:
            return None
        acting_as, path = scope
        watch = self._watches[scope] = _SharedWatch()
        objects = ObjectWatch(
            self._client,
            self._streams,
            path=path,
            namespace="",
            selector="",
            listener=watch,
            random=self._random,
            acting_as=acting_as,
            gives_up_on=_is_final,
        )
        watch.task = asyncio.create_task(self._run(scope, watch, objects), name=f"watch {path} as {acting_as}")
        return watch

    async def _run(self, scope: tuple[str, str], watch: _SharedWatch, objects: ObjectWatch) -> None:
        try:
            await objects.run()
        except ApiError as error:
            _logger.info("no watch of %s as %s: %s", scope[1], scope[0], error)
        except Exception:
            _logger.exception("the watch of %s as %s failed", scope[1], scope[0])
        finally:
            self._watches.pop(scope, None)
            for followed in watch.all():
                followed.lose_watch()

    def _leave(self, scope: tuple[str, str], watch: _SharedWatch, followed: FollowedObject) -> None:
        everyone = watch.followed[followed.name]
        everyone.discard(followed)
        if not everyone:
            del watch.followed[followed.name]
        if not watch.followed and self._watches.get(scope) is watch:
            watch.closing = asyncio.get_running_loop().call_later(self._linger, self._close, watch)

    def _close(self, watch: _SharedWatch) -> None:
        if not watch.followed and watch.task is not None:
            watch.task.cancel()


def _is_final(error: ApiError) -> bool:
    """A right that is missing, or a kind that is not served: asking again would not help those who wait now."""
    return isinstance(error, ApiRefusedError) or getattr(error, "code", None) == HTTPStatus.NOT_FOUND


def _older(raw: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    """Whether it is the earlier of two versions; versions that are no numbers cannot be compared."""
    one, other = str(raw["metadata"].get("resourceVersion")), str(than["metadata"].get("resourceVersion"))
    return one.isdigit() and other.isdigit() and int(one) < int(other)
