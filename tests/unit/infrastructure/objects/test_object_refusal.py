"""What it means that the API server does not do what was asked about an object."""

import pytest

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.domain.actions.object_identity import ObjectIdentity
from myapp.domain.effect import FailureKind, Held, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.object_refusal import Request, is_missing_kind
from myapp.infrastructure.kube.service_account import ServiceAccount
from tests.unit.domain.builders import at

ACCOUNT = ServiceAccount("shop", "deployer")
REQUEST = Request("apply", ObjectIdentity("apps/v1", "Deployment", "web"), ACCOUNT)
SECRET = Request("patch", ObjectIdentity("v1", "Secret", "token", uid="u"), ACCOUNT)


def refusal(code: int, told: str) -> ApiRefusedError:
    """As the client raises it."""
    return ApiRefusedError(f"PATCH /x: {code} {told}", code)


def trouble(code: int, told: str) -> ApiUnavailableError:
    """The same for what may pass."""
    return ApiUnavailableError(f"PATCH /x: {code} {told}", code=code)


@pytest.mark.parametrize(
    ("error", "reason", "said"),
    [
        (refusal(403, 'deployments "web" is forbidden: User "x" cannot patch'), Reason.FORBIDDEN, "has no right"),
        (refusal(403, 'users "x" is forbidden: cannot impersonate'), Reason.AUTOMATION_NOT_ALLOWED, "add shop to"),
        (refusal(403, "exceeded quota: small"), Reason.QUOTA_EXCEEDED, "exceeded quota: small"),
        (refusal(403, "because it is being terminated"), Reason.NAMESPACE_TERMINATING, "being terminated"),
        (refusal(422, 'admission webhook "w" denied the request: no'), Reason.ADMISSION_REFUSED, "no"),
        (trouble(500, 'failed calling webhook "w"'), Reason.ADMISSION_REFUSED, "failed calling webhook"),
        (trouble(404, "the server could not find the requested resource"), Reason.KIND_NOT_FOUND, "is its CRD"),
    ],
)
def test_what_may_change_without_the_todo_is_waited_for(error: ApiError, reason: Reason, said: str) -> None:
    found = REQUEST.refused(error, at(0))
    assert isinstance(found, Held)
    assert found.reason is reason
    assert said in found.message


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refusal(422, 'spec.replicas: Invalid value: "{"a":1}": must be a number'), "spec.replicas: must be a number"),
        (refusal(400, 'strict decoding error: unknown field "spec.replica"'), 'unknown field "spec.replica"'),
        (trouble(500, "failed to create typed patch object"), "failed to create typed patch object"),
        (refusal(422, "the server rejected our request due to an error in our request"), "a test of the patch fails"),
    ],
)
def test_what_only_the_author_can_mend_is_the_end(error: ApiError, said: str) -> None:
    found = REQUEST.refused(error, at(3))
    assert isinstance(found, Unsuccessful)
    assert (found.at, found.kind, found.reason, found.final) == (
        at(3),
        FailureKind.FAILURE,
        Reason.INVALID_MANIFEST,
        True,
    )
    assert found.message.startswith("apply Deployment web: the API server refuses it: ")
    assert said in found.message


@pytest.mark.parametrize("error", [ApiUnavailableError("no answer"), trouble(503, "later"), trouble(429, "slower")])
def test_a_server_in_trouble_says_nothing_about_the_object(error: ApiError) -> None:
    assert REQUEST.refused(error, at(0)) is None
    assert REQUEST.unreadable(error, at(0)) is None


@pytest.mark.parametrize(
    "error", [refusal(422, 'data: Invalid value: "canary"'), refusal(403, "exceeded quota: canary")]
)
def test_nothing_is_repeated_about_a_secret(error: ApiError) -> None:
    found = SECRET.refused(error, at(0))
    assert found is not None
    assert "canary" not in found.message
    assert "may quote the Secret" in found.message


def test_what_cannot_be_read_says_so() -> None:
    found = REQUEST.unreadable(refusal(403, 'is forbidden: User "x" cannot get'), at(0))
    assert isinstance(found, Held)
    assert "cannot get Deployment web" in found.message
    assert REQUEST.unreadable(refusal(422, "wrong"), at(0)) is None


def test_what_is_missing_is_the_object_or_its_namespace() -> None:
    nowhere = ApiAnswer(404, {"details": {"kind": "namespaces", "name": "dev"}})
    assert REQUEST.answered_missing(nowhere) == Held(Reason.OBJECT_NOT_FOUND, "there is no namespace dev")
    gone = ApiAnswer(404, {"details": {"kind": "deployments", "name": "web"}})
    assert REQUEST.answered_missing(gone) == Held(Reason.OBJECT_NOT_FOUND, "there is no Deployment web to apply")


@pytest.mark.parametrize(("count", "ends"), [(1, ".f0: by 0"), (5, ".f4: by 4"), (7, ".f4: by 4 and 2 more")])
def test_a_conflict_names_the_fields_and_whose_they_are(count: int, ends: str) -> None:
    causes = [{"reason": "FieldManagerConflict", "field": f".f{n}", "message": f"by {n}"} for n in range(count)]
    found = REQUEST.conflicting(ApiAnswer(409, {"details": {"causes": causes}}), at(0))
    assert found is not None
    assert (found.reason, found.final) == (Reason.FIELD_CONFLICT, False)
    assert found.message.endswith(ends)


def test_other_conflicts() -> None:
    """Another object has the name, or somebody was faster, which passes."""
    replaced = SECRET.conflicting(ApiAnswer(409, {"message": "Precondition failed: UID in precondition"}), at(0))
    assert replaced is not None
    assert replaced.reason is Reason.OBJECT_REPLACED
    assert REQUEST.conflicting(ApiAnswer(409, {"message": "the object has been modified"}), at(0)) is None
    named = 'Operation cannot be fulfilled on deployments "guide": the object has been modified'
    for request in (REQUEST, SECRET):
        assert request.conflicting(ApiAnswer(409, {"message": named}), at(0)) is None


def test_a_kind_is_missing_where_nobody_serves_it() -> None:
    assert is_missing_kind(trouble(404, "not found"))
    assert not is_missing_kind(refusal(403, "no"))
    assert not is_missing_kind(ApiUnavailableError("no answer"))
