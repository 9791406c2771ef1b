"""What it means that the API server does not do what was asked about an object, told apart by who could change that.

What may change without the todo (rights, quotas, policies, a kind or a namespace that is missing) holds the effect;
what only the author of the manifest could change ends it. The words of the API server about a Secret are not repeated:
they may quote it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.domain.actions.object_identity import SECRET, ObjectIdentity
from myapp.domain.effect import FailureKind, Held, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.creation_refusal import not_allowed, reason_to_hold, told_by
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.service_account import ServiceAccount

_WRONG = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
#: What the API server answers with 500, although it is the manifest that does not fit its kind.
_WRONG_FOR_ITS_KIND = ("failed to create typed patch object", "failed to convert new object")
#: A patch that makes an invalid object is answered with all of that object.
_QUOTED_OBJECT = re.compile(r'Invalid value: "\{.*\}": ')
#: What the API server says of a JSON patch with a test that fails, or a path that leads nowhere.
UNEXPLAINED = "the server rejected our request due to an error in our request"
#: What the API server says where the object has another uid than the one that was asked for; "guide" has none.
_UID = re.compile(r"\buid\b", re.IGNORECASE)
_NAMED_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: ``apply`` an object, as an account."""

    verb: str
    target: ObjectIdentity
    account: ServiceAccount

    def refused(self, error: ApiError, now: datetime) -> Held | Unsuccessful | None:
        """What the refusal means; None where the API server is in trouble itself."""
        told, code = told_by(error), getattr(error, "code", None)
        if isinstance(error, ApiUnavailableError) and code == HTTPStatus.NOT_FOUND:
            return self.kind_missing()
        if (code in _WRONG and not _denied(told)) or any(mark in told for mark in _WRONG_FOR_ITS_KIND):
            return self.failed(
                Reason.INVALID_MANIFEST, f"the API server refuses it: {self._words(told)}", now, final=True
            )
        reason = reason_to_hold(error)
        if reason is Reason.AUTOMATION_NOT_ALLOWED:
            return not_allowed(self.account.name, self.account.namespace)
        if reason is None:
            return None
        lacks = "has no right, or does not exist: " if reason is Reason.FORBIDDEN else ""
        who = f"service account {self.account.name}"
        return Held(reason, f"{who} cannot {self.verb} {self.target}: {lacks}{self._words(told)}")

    def unreadable(self, error: ApiError, now: datetime) -> Held | None:
        """Why the object cannot be read for the time being; None where the API server is in trouble itself."""
        refused = replace(self, verb="get").refused(error, now)
        return refused if isinstance(refused, Held) else None

    def kind_missing(self) -> Held:
        """Nobody serves the kind."""
        known = f"{self.target.kind} in {self.target.api_version}"
        return Held(Reason.KIND_NOT_FOUND, f"the API server knows no kind {known}: is its CRD installed?")

    def answered_missing(self, answer: ApiAnswer) -> Held:
        """404: the object, or its namespace."""
        details = answer.body.get("details")
        if isinstance(details, Mapping) and details.get("kind") == "namespaces":
            return Held(Reason.OBJECT_NOT_FOUND, f"there is no namespace {details.get('name')}")
        return Held(Reason.OBJECT_NOT_FOUND, f"there is no {self.target} to {self.verb}")

    def conflicting(self, answer: ApiAnswer, now: datetime) -> Unsuccessful | None:
        """409: whose fields they are; None for a conflict that passes."""
        causes = (answer.body.get("details") or {}).get("causes") or ()
        found = [cause for cause in causes if cause.get("reason") == "FieldManagerConflict"]
        if found:
            fields = "; ".join(f"{cause.get('field')}: {cause.get('message')}" for cause in found[:_NAMED_FIELDS])
            more = f" and {len(found) - _NAMED_FIELDS} more" if len(found) > _NAMED_FIELDS else ""
            message = f"others have set these fields, and force is not set: {fields}{more}"
            return self.failed(Reason.FIELD_CONFLICT, message, now)
        if self.target.uid and _UID.search(str(answer.body.get("message", ""))):
            return self.failed(Reason.OBJECT_REPLACED, f"there is none with the uid {self.target.uid}", now)
        return None

    def failed(self, reason: Reason, message: str, now: datetime, *, final: bool = False) -> Unsuccessful:
        """The attempt is over."""
        return Unsuccessful(now, FailureKind.FAILURE, reason, f"{self.verb} {self.target}: {message}", final=final)

    def _words(self, told: str) -> str:
        if self.target.group_kind == SECRET:
            return "its words are not repeated here, because they may quote the Secret"
        if told.startswith(UNEXPLAINED):
            return "a test of the patch fails, or one of its paths does not exist in the object"
        return _QUOTED_OBJECT.sub("", " ".join(told.split()))


def _denied(told: str) -> bool:
    """A policy's word, whatever the code that it has chosen."""
    return "denied request" in told or "denied the request" in told


def is_missing_kind(error: ApiError) -> bool:
    """Whether nobody serves the kind that was asked for."""
    return not isinstance(error, ApiRefusedError) and getattr(error, "code", None) == HTTPStatus.NOT_FOUND
