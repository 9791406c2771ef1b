"""Forges decisions, as dry runs, and looks at how they are refused.

Each must be refused by our very policy and binding, for its own reason: the policy tells only the first rule that does
not hold. A plain 403 proves nothing, it may be RBAC.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import API_VERSION, DECISIONS, collection_paths
from myapp.infrastructure.shipped_policies import BINDING, POLICY, ShippedPolicies

_DRY_RUN = {"dryRun": "All"}
_NOBODY = "todo.myapp.dev:forged"
"""A user and a group that nobody is."""
_TARGET = {"kind": "Todo", "name": "forged", "uid": "00000000-0000-0000-0000-000000000000"}
_EVERYWHERE = "default"
_REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@dataclass(frozen=True, slots=True)
class _Forgery:
    what: str
    user: Mapping[str, Any]
    refusal: str
    """What the rule that it breaks answers, at the beginning."""


class ForgedDecisions:
    """Forger over the API, in the first of the namespaces that exists; of all in the one that always does."""

    def __init__(self, client: KubeClient, shipped: ShippedPolicies | None, namespaces: Sequence[str]) -> None:
        self._client = client
        self._namespaces = namespaces or (_EVERYWHERE,)
        self._refused_by = ""
        if shipped is not None:
            policy, binding = shipped.deciding(POLICY), shipped.deciding(BINDING)
            self._refused_by = f"ValidatingAdmissionPolicy '{policy}' with binding '{binding}' denied request: "

    async def problem(self) -> str:
        """What went wrong with the first forgery that was not refused as it should be. Raises ApiError."""
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        answer = await self._client.request("POST", _REVIEWS, body=review)
        username = str(answer.body["status"]["userInfo"]["username"])
        for forgery in _forgeries(username):
            if problem := self._verdict(forgery, await self._send(forgery), username):
                return problem
        return ""

    async def _send(self, forgery: _Forgery) -> ApiAnswer:
        answers = []
        for path in collection_paths(DECISIONS, self._namespaces):
            answer = await self._client.request("POST", path, params=_DRY_RUN, body=_manifest(forgery), refusals=True)
            answers.append(answer)
            if not answer.missing:
                break
        return answers[-1]

    def _verdict(self, forgery: _Forgery, answer: ApiAnswer, username: str) -> str:
        message = str(answer.body.get("message", ""))
        if answer.code < 400:  # noqa: PLR2004 - HTTP's own border
            return f"a decision with {forgery.what} was admitted: the policy does not act"
        told = [str(cause.get("message", "")) for cause in (answer.body.get("details") or {}).get("causes") or ()]
        if any(each.startswith(self._refused_by + forgery.refusal) for each in told):
            return ""
        if f'User "{username}" cannot create' in message:
            return f"the operator may not try whether forged decisions are refused (see templates/rbac): {message}"
        return f"a decision with {forgery.what} was refused by something else than our rule: {message or answer.code}"


def _forgeries(username: str) -> Iterator[_Forgery]:
    yield _Forgery(
        "a forged user", {"username": _NOBODY}, f'spec.user.username is "{_NOBODY}", but the decision is sent'
    )
    yield _Forgery(
        "a forged group", {"username": username, "groups": [_NOBODY]}, "spec.user.groups names 1 group(s) that user"
    )
    yield _Forgery("a service account's name", {"username": username}, f'service account "{username}" may not decide')


def _manifest(forgery: _Forgery) -> dict[str, Any]:
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoDecision",
        "metadata": {"name": "forged-by-the-guard", "ownerReferences": [{"apiVersion": API_VERSION, **_TARGET}]},
        "spec": {"target": _TARGET, "action": "Comment", "user": dict(forgery.user), "message": "the guard's check"},
    }
