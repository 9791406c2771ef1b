"""Why the API server does not create what an action asks for, told apart by who could change that.

What may change without the todo (rights, quotas, policies) holds the effect; what only the author of the template could
change ends it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.domain.effect import Held
from myapp.domain.todo_phase import Reason

_NO_IMPERSONATION = "cannot impersonate"
_NO_RIGHT = "is forbidden: User "
#: What makes a request a dry run, which stores nothing.
DRY_RUN: Mapping[str, str] = MappingProxyType({"dryRun": "All"})
_NO_DRY_RUN = "does not support dry run"
_WEBHOOK_DOWN = "failed calling webhook"
#: What the API server says, and what that means; the first that fits.
_FOR_THE_TIME_BEING: tuple[tuple[str, Reason], ...] = (
    ("because it is being terminated", Reason.NAMESPACE_TERMINATING),
    ("exceeded quota", Reason.QUOTA_EXCEEDED),
    ("denied the request", Reason.ADMISSION_REFUSED),
    ("denied request", Reason.ADMISSION_REFUSED),
    ("violates PodSecurity", Reason.ADMISSION_REFUSED),
    (_WEBHOOK_DOWN, Reason.ADMISSION_REFUSED),
)


def told_by(error: ApiError) -> str:
    """The API server's own words, without ours about which request they answer."""
    code = getattr(error, "code", None)
    return str(error).partition(f": {code} ")[2] or str(error)


def knows_no_dry_run(error: ApiError) -> bool:
    """Whether a webhook does not take part in dry runs, so that one says nothing."""
    return _NO_DRY_RUN in str(error)


def reason_to_hold(error: ApiError) -> Reason | None:
    """Why what was asked for is not accepted for the time being; None where waiting is not the answer."""
    told = told_by(error)
    if isinstance(error, ApiUnavailableError) and _WEBHOOK_DOWN not in told:
        return None  # no answer, or a server in trouble: nothing is known about what was asked for
    if _NO_IMPERSONATION in told:
        return Reason.AUTOMATION_NOT_ALLOWED
    for mark, reason in _FOR_THE_TIME_BEING:
        if mark in told:
            return reason
    if not isinstance(error, ApiRefusedError) or error.code != HTTPStatus.FORBIDDEN:
        return None
    return Reason.FORBIDDEN if _NO_RIGHT in told else Reason.ADMISSION_REFUSED  # a built-in plug-in, in its own words


def not_allowed(account: str, namespace: str) -> Held:
    """The operator may not act as the account, and what would let it."""
    message = (
        f"the operator may not act as service account {account} in namespace {namespace}:"
        f" add {namespace} to automation.namespaces in the values of its chart"
    )
    return Held(Reason.AUTOMATION_NOT_ALLOWED, message)


def holding(error: ApiError, *, account: str, namespace: str, what: str) -> Held | None:
    """Why ``what`` (a plural) is not created for the time being; None where waiting is not the answer."""
    told, reason = told_by(error), reason_to_hold(error)
    if reason is None:
        return None
    if reason is Reason.AUTOMATION_NOT_ALLOWED:
        return not_allowed(account, namespace)
    if reason is Reason.FORBIDDEN:
        lacks = f"service account {account} has no right to create {what} in namespace {namespace}, or does not exist"
        return Held(reason, f"{lacks}: {told}")
    return Held(reason, f"{what} cannot be created: {told}")
