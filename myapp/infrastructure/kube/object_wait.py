"""Follows one object until a verdict on it is an end: by a shared watch, or where there is none to be had, by asking.

Nothing that happens here lets the operation itself be repeated: what cannot be read is asked for again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from myapp.application.errors import ApiError
from myapp.application.ports import Clock
from myapp.domain.actions.resource import Operation
from myapp.domain.effect import Accomplished, Held, Unsuccessful
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_effect import ObjectEffect, Telling
from myapp.infrastructure.kube.object_requests import ObjectRequests
from myapp.infrastructure.kube.shared_watches import FollowedObject, SharedWatches

_FIRST_POLL = 2.0
_LONGEST_POLL = 30.0
#: How often is asked before a watch is tried again: rights may have been given since. Where nothing but an answer was
#: missing, the first answer is enough.
_POLLS = 20

End = Held | Accomplished | Unsuccessful
Version = Mapping[str, Any] | None
"""An object as it was; None where it did not exist."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """No end, and why."""

    message: str


Verdict = Callable[[Version], End | NotYet]


class ObjectWait:
    """``random`` gives numbers from 0 to 1."""

    def __init__(
        self, watches: SharedWatches, requests: ObjectRequests, clock: Clock, random: Callable[[], float]
    ) -> None:
        self._watches = watches
        self._requests = requests
        self._clock = clock
        self._random = random

    async def for_end(
        self, effect: ObjectEffect, telling: Telling, verdict: Verdict, references: Mapping[str, str], known: Version
    ) -> End:
        """Return the first end. ``references`` are recorded once it is worth telling what is waited for."""
        while True:
            async with self._watches.follow(effect.place, effect.acting_as, known) as followed:
                end = await self._watch(effect, telling, verdict, references, followed)
                known = followed.raw
            if end is None:
                end = await self._poll(effect, telling, verdict, references, once=followed.troubled)
            if end is not None:
                return end

    async def _watch(
        self,
        effect: ObjectEffect,
        telling: Telling,
        verdict: Verdict,
        references: Mapping[str, str],
        followed: FollowedObject,
    ) -> End | None:
        """The end; None where nobody watches."""
        message = ""
        while not followed.unwatched:
            followed.changed.clear()
            if followed.known:
                result = verdict(followed.raw)
                if not isinstance(result, NotYet):
                    if followed.raw is not None:
                        return result
                    # A listing that was begun before the object was created does not know it: only a GET does.
                    answer = await self._read(effect)
                    if answer is None or answer.missing:
                        return None if answer is None else result
                    followed.take(answer.body)
                    continue
                message = result.message
            said = not message or telling.waits(message, references)
            try:
                async with asyncio.timeout(None if said else telling.next_word_in):
                    await followed.changed.wait()
            except TimeoutError:
                continue
        return None

    async def _read(self, effect: ObjectEffect) -> ApiAnswer | None:
        """What a live GET says; None where it says nothing."""
        try:
            return await self._requests.read(effect)
        except ApiError:
            return None

    async def _poll(
        self, effect: ObjectEffect, telling: Telling, verdict: Verdict, references: Mapping[str, str], *, once: bool
    ) -> End | None:
        """The end; None where it is time to try a watch again."""
        pause = _FIRST_POLL
        for _ in range(_POLLS):
            answered = False
            try:
                answer = await self._requests.read(effect)
            except ApiError as error:
                refused = effect.request.unreadable(error, self._clock.now())
                if refused is not None and effect.action.operation is Operation.WAIT:
                    return refused
                if refused is not None:
                    telling.waits(refused.message, references)
            else:
                answered = True
                result = verdict(None if answer.missing else answer.body)
                if not isinstance(result, NotYet):
                    return result
                telling.waits(result.message, references)
            await asyncio.sleep(pause * (1 + 0.2 * self._random()))
            if answered and once:
                return None
            pause = min(pause * 1.5, _LONGEST_POLL)
        return None
