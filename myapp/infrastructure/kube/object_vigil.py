"""What ends the wait for an object: that it is ready or has failed, that it is gone, or that another took its place."""

from collections.abc import Mapping
from typing import Any

from myapp.application.ports import Clock
from myapp.domain.actions.resource import Operation
from myapp.domain.effect import Accomplished
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.object_effect import DONE, UID, ObjectEffect, Telling
from myapp.infrastructure.kube.object_fields import section
from myapp.infrastructure.kube.object_judge import ObjectJudge
from myapp.infrastructure.kube.object_wait import End, NotYet, ObjectWait, Version

_NAMED_FINALIZERS = 3


class ObjectVigil:
    """Judges versions of one object until one of them is an end."""

    def __init__(self, wait: ObjectWait, judge: ObjectJudge, clock: Clock) -> None:
        self._wait = wait
        self._judge = judge
        self._clock = clock

    async def until_ready(self, effect: ObjectEffect, telling: Telling, sent: Version) -> End:
        """Return when the object is ready or has failed; ``sent`` is what the API server made of the operation."""
        known = str(sent["metadata"]["uid"]) if sent is not None else effect.references.get(UID)
        uid = known or effect.action.target.uid
        # A wait has done nothing that a restart would have to know of.
        references = {} if effect.action.operation is Operation.WAIT else {UID: uid, DONE: "true"}

        def verdict(raw: Version) -> End | NotYet:
            if raw is None and not uid:
                return NotYet(f"waits until {effect.action.target} is ready: it does not exist")
            if raw is None or (uid and raw["metadata"]["uid"] != uid):
                message = "it was deleted while it was waited for"
                return effect.request.failed(Reason.OBJECT_REPLACED, message, self._clock.now())
            return self._judge.verdict(effect, raw)

        if sent is not None and not isinstance(end := verdict(sent), NotYet):
            return end
        return await self._wait.for_end(effect, telling, verdict, references, sent)

    async def until_gone(self, effect: ObjectEffect, telling: Telling, raw: Mapping[str, Any], uid: str) -> End:
        """Return when the object with that uid exists no more."""

        def verdict(raw: Version) -> End | NotYet:
            if raw is None or raw["metadata"]["uid"] != uid:
                return Accomplished(self._clock.now(), f"{effect.action.target} is deleted")
            return NotYet(f"waits until {effect.action.target} is gone{_held_by(raw)}")

        return await self._wait.for_end(effect, telling, verdict, {UID: uid}, raw)


def _held_by(raw: Mapping[str, Any]) -> str:
    found = section(raw, "metadata").get("finalizers") or []
    names = ", ".join(map(str, found[:_NAMED_FINALIZERS]))
    return f": held by finalizers {names}" if names else ""
