"""What it means that the API server does not create a Job, be it for good or as a dry run."""

from datetime import datetime
from http import HTTPStatus

from myapp.application.errors import ApiError, ApiRefusedError
from myapp.domain.effect import FailureKind, Held, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.creation_refusal import holding, told_by
from myapp.infrastructure.kube.job_witness import one_line
from myapp.infrastructure.kube.service_account import ServiceAccount

_WRONG_TEMPLATE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


def job_refused(error: ApiError, account: ServiceAccount, now: datetime) -> Held | Unsuccessful | None:
    """Why there is no Job, for the time being or for good; None where the API server is in trouble itself."""
    held = holding(error, account=account.name, namespace=account.namespace, what="Jobs")
    if held is not None:
        return held
    if isinstance(error, ApiRefusedError) and error.code in _WRONG_TEMPLATE:
        message = f"the API server refuses the template: {one_line(told_by(error))}"
        return Unsuccessful(now, FailureKind.FAILURE, Reason.INVALID_TEMPLATE, message, final=True)
    return None
