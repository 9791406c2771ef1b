"""Has one object deleted, and waits until it is gone: that very one, and none that takes its name afterwards.

Which one that is stands in the status before it is deleted, or in the manifest.
"""

from collections.abc import Mapping
from typing import Any

from myapp.application.errors import ApiRefusedError
from myapp.application.ports import Clock
from myapp.domain.effect import Accomplished, Held, Underway, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_effect import UID, ObjectEffect, Telling
from myapp.infrastructure.kube.object_requests import ObjectRequests
from myapp.infrastructure.kube.object_vigil import ObjectVigil
from myapp.infrastructure.kube.recorded_references import RecordedReferences


class ObjectDeletion:
    """Deletes, and has the vigil wait."""

    def __init__(self, requests: ObjectRequests, records: RecordedReferences, vigil: ObjectVigil, clock: Clock) -> None:
        self._requests = requests
        self._records = records
        self._vigil = vigil
        self._clock = clock

    async def carry_out(self, object_effect: ObjectEffect, telling: Telling) -> Held | Accomplished | Unsuccessful:
        """Bring it to its end. Raises ApiError."""
        target = object_effect.action.target
        uid = object_effect.references.get(UID) or target.uid
        if not uid:
            found = await self._requests.read(object_effect)
            if found.missing:
                return Accomplished(self._clock.now(), f"{target} does not exist")
            uid = str(found.body["metadata"]["uid"])
            report = Underway(Reason.STARTING, f"deletes {target}", {UID: uid})
            await self._records.record(object_effect.effect, telling.record, report)
        answer = await self._requests.delete(object_effect, uid)
        left = await self._left(object_effect, uid, answer) if answer.conflict else answer
        if left.missing or _is_gone(left.body):
            return Accomplished(self._clock.now(), f"{target} is deleted")
        return await self._vigil.until_gone(object_effect, telling, left.body, uid)

    async def _left(self, object_effect: ObjectEffect, uid: str, refusal: ApiAnswer) -> ApiAnswer:
        """What there is after a conflict. Another of that name is the vigil's to judge; the very one was not deleted.

        Raises ApiRefusedError for that: a webhook may refuse with 409 too.
        """
        found = await self._requests.read(object_effect)
        metadata = {} if found.missing else found.body["metadata"]
        if metadata.get("uid") == uid and not metadata.get("deletionTimestamp"):
            told = refusal.body.get("message", "")
            raise ApiRefusedError(f"delete {object_effect.action.target}: {refusal.code} {told}", refusal.code)
        return found


def _is_gone(body: Mapping[str, Any]) -> bool:
    """Whether the API server has told of success, instead of the object that is still to go."""
    return body.get("kind") == "Status" and body.get("apiVersion") == "v1"
