"""Tries an operation on an object as a dry run: nothing is stored, and the API server says what it thinks of it."""

from myapp.application.effect import Effect
from myapp.application.errors import ApiError
from myapp.application.ports import Clock
from myapp.domain.actions.resource import Operation, PatchType, Resource
from myapp.domain.effect import EffectId, Held, Unsuccessful
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.creation_refusal import knows_no_dry_run, told_by
from myapp.infrastructure.kube.kind_discovery import KindDiscovery
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_effect import ObjectEffect
from myapp.infrastructure.kube.object_refusal import UNEXPLAINED, Request, is_missing_kind
from myapp.infrastructure.kube.object_requests import ObjectRequests
from myapp.infrastructure.kube.service_account import account_of


class ResourceRehearsal:
    """Rehearser of operations on objects."""

    def __init__(
        self, bounds: AutomationBounds, discovery: KindDiscovery, requests: ObjectRequests, clock: Clock
    ) -> None:
        self._bounds = bounds
        self._discovery = discovery
        self._requests = requests
        self._clock = clock

    async def rehearse(self, todo: TodoEntry) -> Held | Unsuccessful | None:
        """What the operation would run into. Raises ApiError."""
        action, account = todo.action, account_of(todo)
        if not isinstance(action, Resource):
            raise TypeError(f"{type(action).__name__} is no Resource")
        if (never := await self._bounds.refusal(account)) is not None:
            return never
        request = Request(action.operation.lower(), action.target, account)
        place = await self._discovery.place_of(action.target, todo.key.namespace)
        if place is None:
            return request.kind_missing()
        first = ObjectEffect(Effect(EffectId(todo.id, 1), todo), action, place, account.username, request)
        try:
            answer = await self._tried(first)
        except ApiError as error:
            return self._refusal(first, error)
        if answer.missing:
            return None  # what it is about may be made by what is waited for
        return request.conflicting(answer, self._clock.now()) if answer.conflict else None

    async def _tried(self, first: ObjectEffect) -> ApiAnswer:
        match first.action.operation:
            case Operation.WAIT:
                return await self._requests.read(first)
            case Operation.DELETE:
                await self._requests.read(first)  # a right that it takes, to know when the object is gone
                return await self._requests.delete(first, first.action.target.uid, dry_run=True)
        return await self._requests.send(first, dry_run=True)

    def _refusal(self, first: ObjectEffect, error: ApiError) -> Held | Unsuccessful | None:
        """Raises the error where it says nothing about the operation."""
        if is_missing_kind(error):
            self._discovery.forget(first.action.target.api_version)
        steps = first.action.patch_type is PatchType.JSON and told_by(error).startswith(UNEXPLAINED)
        if knows_no_dry_run(error) or steps:  # a path that is not there may be made by what is waited for
            return None
        refused = first.request.refused(error, self._clock.now())
        if refused is None:
            raise error
        return refused
