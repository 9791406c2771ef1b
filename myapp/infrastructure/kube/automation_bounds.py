"""Whose accounts are never used, whatever rights the operator was given: those of kube-system, and the operator's own.

Whoever acts as one of these could do more than any owner of a namespace.
"""

from myapp.domain.effect import Held
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.service_account import ServiceAccount

_REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_SERVICE_ACCOUNT = "system:serviceaccount:"
_NEVER = frozenset({"kube-system"})


class AutomationBounds:
    """Knows in which namespace the operator itself is at home, once the API server has said so."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._own: str | None = None

    async def refusal(self, account: ServiceAccount) -> Held | None:
        """Why the account is not used; None where the API server may decide. Raises ApiError."""
        if account.namespace in _NEVER or account.namespace == await self._own_namespace():
            why = "accounts of kube-system and of the operator's own namespace are never used for automation"
            return Held(
                Reason.AUTOMATION_NOT_ALLOWED,
                f"service account {account.name} in namespace {account.namespace} is not used: {why}",
            )
        return None

    async def _own_namespace(self) -> str:
        """Empty where the operator is no service account, as with a kubeconfig of a person."""
        if self._own is None:
            review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
            answer = await self._client.request("POST", _REVIEW, body=review)
            username = str(answer.body["status"]["userInfo"]["username"])
            named = username.startswith(_SERVICE_ACCOUNT)
            self._own = username.removeprefix(_SERVICE_ACCOUNT).partition(":")[0] if named else ""
        return self._own
