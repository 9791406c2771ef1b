"""``resource``: has one object applied, patched or deleted, and waits until that is done.

Once for each attempt, whatever breaks. What may be asked for twice is asked for again after a restart that came before
anything was recorded; what may not (a deletion, steps that depend on the order of a list) is preceded by a record of
which object, in which version, was meant. What was done is not done again: whoever changes the object afterwards may.
"""

from collections.abc import Callable, Mapping
from typing import Any

from myapp.application.effect import Effect
from myapp.application.errors import ApiError
from myapp.application.ports import Clock
from myapp.domain.actions.resource import Operation, Resource
from myapp.domain.effect import Accomplished, Held, Underway, Unsuccessful
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.kind_discovery import KindDiscovery
from myapp.infrastructure.kube.object_deletion import ObjectDeletion
from myapp.infrastructure.kube.object_effect import ObjectEffect, Telling
from myapp.infrastructure.kube.object_patch import OncePatch
from myapp.infrastructure.kube.object_refusal import Request, is_missing_kind
from myapp.infrastructure.kube.object_requests import ObjectRequests
from myapp.infrastructure.kube.object_vigil import ObjectVigil
from myapp.infrastructure.kube.service_account import account_of


class ResourcePerformer:
    """EffectPerformer of operations on objects."""

    def __init__(
        self,
        *,
        bounds: AutomationBounds,
        discovery: KindDiscovery,
        requests: ObjectRequests,
        once: OncePatch,
        deletion: ObjectDeletion,
        vigil: ObjectVigil,
        clock: Clock,
    ) -> None:
        self._bounds = bounds
        self._discovery = discovery
        self._requests = requests
        self._once = once
        self._deletion = deletion
        self._vigil = vigil
        self._clock = clock

    async def perform(
        self, effect: Effect, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | Held:
        """Bring the operation to its end. Raises ApiError."""
        action = effect.todo.action
        if not isinstance(action, Resource):
            raise TypeError(f"{type(action).__name__} is no Resource")
        account = account_of(effect.todo)
        request = Request(action.operation.lower(), action.target, account)
        if (refusal := await self._bounds.refusal(account)) is not None:
            return refusal
        place = await self._discovery.place_of(action.target, effect.todo.key.namespace)
        if place is None:
            return request.kind_missing()
        try:
            return await self._do(ObjectEffect(effect, action, place, account.username, request), Telling(tell))
        except ApiError as error:
            if is_missing_kind(error):
                self._discovery.forget(action.target.api_version)
            outcome = request.refused(error, self._clock.now())
            if outcome is None:
                raise
            return outcome

    async def withdraw(self, effect: Effect) -> None:
        """Nothing goes on by itself: what the API server has accepted is done."""

    async def _do(self, object_effect: ObjectEffect, telling: Telling) -> Accomplished | Unsuccessful | Held:
        match object_effect.action.operation:
            case Operation.DELETE:
                return await self._deletion.carry_out(object_effect, telling)
            case Operation.WAIT:
                return await self._vigil.until_ready(object_effect, telling, None)
        if object_effect.done_before:
            return await self._vigil.until_ready(object_effect, telling, None)
        sent = await self._sent(object_effect, telling)
        if isinstance(sent, Held | Unsuccessful):
            return sent
        return await self._vigil.until_ready(object_effect, telling, sent)

    async def _sent(self, object_effect: ObjectEffect, telling: Telling) -> Held | Unsuccessful | Mapping[str, Any]:
        """The object as it is once it was applied or patched."""
        if not object_effect.action.repeatable:
            return await self._once.carry_out(object_effect, telling)
        answer = await self._requests.send(object_effect)
        if answer.missing:
            return object_effect.request.answered_missing(answer)
        if answer.conflict:
            return object_effect.conflict(answer, self._clock.now())
        return answer.body
