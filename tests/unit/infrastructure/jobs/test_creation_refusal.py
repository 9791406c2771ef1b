"""The API server's refusals, in its own words (Kubernetes 1.36), and what each means."""

import pytest

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.creation_refusal import holding, told_by

PATH = "POST /apis/batch/v1/namespaces/shop/jobs"
OPERATOR = 'User "system:serviceaccount:myapp-system:myapp"'
HOLDING = {
    "no impersonation at all": (
        403,
        (
            f"jobs.batch is forbidden: {OPERATOR} cannot impersonate-on:serviceaccount:create resource"
            ' "jobs" in API group "batch" in the namespace "shop"'
        ),
        Reason.AUTOMATION_NOT_ALLOWED,
    ),
    "no impersonation of this account": (
        403,
        (
            f'serviceaccounts "deployer" is forbidden: {OPERATOR} cannot impersonate resource "serviceaccounts" in'
            ' API group "" in the namespace "shop"'
        ),
        Reason.AUTOMATION_NOT_ALLOWED,
    ),
    "no right": (
        403,
        (
            'jobs.batch is forbidden: User "system:serviceaccount:shop:deployer" cannot create resource "jobs" in API'
            ' group "batch" in the namespace "shop"'
        ),
        Reason.FORBIDDEN,
    ),
    "quota": (
        403,
        (
            'jobs.batch "x" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: count/jobs.batch=0,'
            " limited: count/jobs.batch=0"
        ),
        Reason.QUOTA_EXCEEDED,
    ),
    "policy": (
        422,
        "jobs.batch \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: not on a friday",
        Reason.ADMISSION_REFUSED,
    ),
    "webhook": (400, 'admission webhook "jobs.example.com" denied the request: no', Reason.ADMISSION_REFUSED),
    "webhook that is down": (
        500,
        'Internal error occurred: failed calling webhook "jobs.example.com": connection refused',
        Reason.ADMISSION_REFUSED,
    ),
    "built-in admission": (403, 'jobs.batch "x" is forbidden: no priority class a was found', Reason.ADMISSION_REFUSED),
    "terminating namespace": (
        403,
        'jobs.batch "x" is forbidden: unable to create new content in namespace shop because it is being terminated',
        Reason.NAMESPACE_TERMINATING,
    ),
}


def error(code: int, told: str) -> ApiError:
    """The error that the client makes of it."""
    message = f"{PATH}: {code} {told}"
    return ApiRefusedError(message, code) if code < 500 else ApiUnavailableError(message, code=code)


@pytest.mark.parametrize("name", HOLDING)
def test_held(name: str) -> None:
    """What others can change holds the effect."""
    code, told, reason = HOLDING[name]
    held = holding(error(code, told), account="deployer", namespace="shop", what="Jobs")
    assert held is not None
    assert held.reason is reason
    assert PATH not in held.message


def test_message_names_the_line_to_add() -> None:
    """Whoever reads it knows what to do."""
    code, told, _ = HOLDING["no impersonation at all"]
    held = holding(error(code, told), account="deployer", namespace="shop", what="Jobs")
    assert held is not None
    assert "service account deployer in namespace shop: add shop to automation.namespaces" in held.message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (422, 'Job.batch "x" is invalid: spec.template.spec.restartPolicy: Required value'),
        (400, 'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.templat"'),
        (500, "etcdserver: request timed out"),
        (503, "the server is currently unable to handle the request"),
    ],
)
def test_not_held(code: int, told: str) -> None:
    """A wrong template does not get better by waiting; a server in trouble has said nothing about the request."""
    assert holding(error(code, told), account="deployer", namespace="shop", what="Jobs") is None


def test_no_answer_is_told_whole() -> None:
    """There are no words of the server to cut out."""
    assert told_by(ApiUnavailableError(f"{PATH}: no answer from the API server")).startswith(PATH)
