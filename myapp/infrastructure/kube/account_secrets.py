"""Reads what a todo's account may read of Secrets, as that account, each time anew.

Nothing is kept: a Secret that is exchanged counts from the next attempt on. No message says what a Secret holds.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from functools import partial
from weakref import WeakValueDictionary

from myapp.application.errors import ApiError
from myapp.application.shared_reading import SharedReading
from myapp.domain.actions.http import SecretKey
from myapp.domain.effect import Held
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.creation_refusal import not_allowed, reason_to_hold, told_by
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.service_account import ServiceAccount

_REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


class AccountSecrets:
    """Asks the API server."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._reviews: WeakValueDictionary[ServiceAccount, SharedReading[Held | None]] = WeakValueDictionary()
        """Of the accounts that are just asked about."""

    async def read(self, account: ServiceAccount, keys: Iterable[SecretKey]) -> Mapping[SecretKey, bytes] | Held:
        """What is kept under the keys, or why it cannot be read for the time being. Raises ApiError.

        Without keys it is still asked whether the operator may act as the account, once for all who ask meanwhile.
        """
        wanted = tuple(keys)
        if not wanted:
            review = self._reviews.get(account)
            if review is None:
                review = self._reviews[account] = SharedReading(partial(self._may_act_as, account))
            return await review() or {}
        found: dict[SecretKey, bytes] = {}
        for name in dict.fromkeys(key.name for key in wanted):
            data = await self._data(account, name)
            if isinstance(data, Held):
                return data
            for key in (key for key in wanted if key.name == name):
                if key.key not in data:
                    return Held(Reason.SECRET_NOT_FOUND, f"Secret {name} has no key {key.key}")
                try:
                    found[key] = base64.b64decode(str(data[key.key]), validate=True)
                except binascii.Error:
                    return Held(Reason.INVALID_SECRET, f"{key} is no base64")
        return found

    async def _data(self, account: ServiceAccount, name: str) -> Mapping[str, object] | Held:
        path = f"/api/v1/namespaces/{account.namespace}/secrets/{name}"
        try:
            answer = await self._client.request("GET", path, acting_as=account.username)
        except ApiError as error:
            return self._held(error, account, f"read Secret {name}")
        if answer.missing:
            return Held(Reason.SECRET_NOT_FOUND, f"there is no Secret {name} in namespace {account.namespace}")
        return answer.body.get("data") or {}

    async def _may_act_as(self, account: ServiceAccount) -> Held | None:
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        try:
            await self._client.request("POST", _REVIEW, body=body, acting_as=account.username)
        except ApiError as error:
            return self._held(error, account, "send requests")
        return None

    @staticmethod
    def _held(error: ApiError, account: ServiceAccount, what: str) -> Held:
        """Raises the error where the API server is in trouble itself."""
        reason = reason_to_hold(error)
        if reason is None:
            raise error
        if reason is Reason.AUTOMATION_NOT_ALLOWED:
            return not_allowed(account.name, account.namespace)
        return Held(reason, f"service account {account.name} cannot {what}: {told_by(error)}")
