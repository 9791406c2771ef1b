"""A patch that must not be made twice: steps that depend on the order of a list, or on what they found there.

The version that the object has is recorded first, and only that version is patched. After a crash the object tells by
itself: in that version it was not patched; patched, it remembers who has set its fields. Where it tells neither,
somebody else has changed it, and nobody can say any more whether it was patched: that is the end, not a second patch.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from myapp.application.errors import ApiRefusedError
from myapp.application.ports import Clock
from myapp.domain.effect import Held, Underway, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.creation_refusal import knows_no_dry_run
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_effect import UID, VERSION, ObjectEffect, Telling
from myapp.infrastructure.kube.object_requests import ObjectRequests, is_marked, mark_of
from myapp.infrastructure.kube.recorded_references import RecordedReferences

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 300.0


class OncePatch:
    """Makes it, or finds that it was made."""

    def __init__(self, requests: ObjectRequests, records: RecordedReferences, clock: Clock) -> None:
        self._requests = requests
        self._records = records
        self._clock = clock

    async def carry_out(self, object_effect: ObjectEffect, telling: Telling) -> Held | Unsuccessful | Mapping[str, Any]:
        """The object as it is once it was patched. Raises ApiError."""
        if object_effect.references.get(VERSION):
            found = await self._found(object_effect)
            if found is not None:
                return found
            version = object_effect.references[VERSION]
        else:
            first = await self._announced(object_effect, telling)
            if not isinstance(first, str):
                return first
            version = first
        pause = _FIRST_PAUSE
        while True:
            answer = await self._send(object_effect, telling, version)
            if answer.missing:
                return object_effect.request.answered_missing(answer)
            if not answer.conflict:
                return answer.body
            self._take_back(object_effect, telling)  # somebody has changed it since, and this patch was not made
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            again = await self._announced(object_effect, telling)
            if not isinstance(again, str):
                return again
            version = again

    async def _send(self, object_effect: ObjectEffect, telling: Telling, version: str) -> ApiAnswer:
        """Patch that version."""
        try:
            return await self._requests.send(object_effect, mark_of(object_effect.effect), version)
        except ApiRefusedError:
            self._take_back(object_effect, telling)
            raise

    @staticmethod
    def _take_back(object_effect: ObjectEffect, telling: Telling) -> None:
        """What is refused was not done: another version may be patched next time, also after a restart."""
        telling.record(Underway(Reason.STARTING, f"patches {object_effect.action.target}", {VERSION: ""}))

    async def _found(self, object_effect: ObjectEffect) -> Unsuccessful | Mapping[str, Any] | None:
        """What became of a patch that was announced before a crash; None where it was not made."""
        answer, request, now = await self._read(object_effect), object_effect.request, self._clock.now()
        if answer is None or answer["metadata"]["uid"] != object_effect.references.get(UID):
            return request.failed(Reason.OBJECT_REPLACED, "it was deleted in the meantime", now, final=True)
        if is_marked(answer, mark_of(object_effect.effect)):
            return answer
        if answer["metadata"]["resourceVersion"] == object_effect.references[VERSION]:
            return None
        message = (
            "the operator was interrupted, and the object was changed since: nobody can tell whether it was patched"
        )
        return request.failed(Reason.RESULT_LOST, message, now, final=True)

    async def _announced(self, object_effect: ObjectEffect, telling: Telling) -> str | Held | Unsuccessful:
        """The version that is to be patched, once the status has recorded it."""
        if (wrong := await self._tried(object_effect)) is not None:
            return wrong
        found = await self._read(object_effect)
        if found is None:
            return Held(Reason.OBJECT_NOT_FOUND, f"there is no {object_effect.action.target} to patch")
        uid, version = str(found["metadata"]["uid"]), str(found["metadata"]["resourceVersion"])
        if object_effect.action.target.uid not in ("", uid):
            message = f"there is none with the uid {object_effect.action.target.uid}"
            return object_effect.request.failed(Reason.OBJECT_REPLACED, message, self._clock.now())
        report = Underway(Reason.STARTING, f"patches {object_effect.action.target}", {UID: uid, VERSION: version})
        await self._records.record(object_effect.effect, telling.record, report)
        return version

    async def _tried(self, object_effect: ObjectEffect) -> Held | None:
        """Whether it would be accepted, so that what is refused is not announced. Raises ApiError where it is not."""
        try:
            answer = await self._requests.send(object_effect, mark_of(object_effect.effect), dry_run=True)
        except ApiRefusedError as error:
            if not knows_no_dry_run(error):
                raise
            return None
        return object_effect.request.answered_missing(answer) if answer.missing else None

    async def _read(self, object_effect: ObjectEffect) -> Mapping[str, Any] | None:
        answer = await self._requests.read(object_effect)
        return None if answer.missing else answer.body
