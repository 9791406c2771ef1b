"""What an answer means: by the expressions of the todo's author, else by its status.

Failure is the receiver's word (4xx, ``failureWhen``), Error its trouble (5xx, 429). ``Retry-After`` says when it has
recovered.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from myapp.application.ports import Clock
from myapp.domain.actions.http import RESPONSE, Http
from myapp.domain.effect import Accomplished, FailureKind, Unsuccessful
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem, NotComputed
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.exchange import Answer
from myapp.infrastructure.http.retry_after import not_before

_SHOWN = 200
_IN_TROUBLE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
#: By these a server says that it has not done what was asked.
_NOT_DONE = _IN_TROUBLE | {HTTPStatus.SERVICE_UNAVAILABLE}
#: Credentials may have been exchanged meanwhile.
UNKNOWN_CREDENTIALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class NotYet:
    """What is waited for has not come, and why nobody could say so."""

    message: str


class ResponseJudge:
    """Judges one answer at a time."""

    def __init__(self, compiler: ExpressionCompiler, clock: Clock) -> None:
        self._compiler = compiler
        self._clock = clock

    def verdict(self, action: Http, answer: Answer) -> Accomplished | Unsuccessful:
        """What the only answer means."""
        variables = variables_of(answer)
        fails = self._holds(action.failure_when, variables) if action.failure_when else False
        if fails is not False:
            why = "failureWhen holds" if fails is True else f"failureWhen: {fails}"
            return self._failed(action, answer, Reason.CONDITION_NOT_MET, why)
        if not action.success_when:
            return self._by_status(action, answer) or self._accomplished(action, answer)
        told = self._holds(action.success_when, variables)
        if told is True:
            return self._accomplished(action, answer)
        why = f"successWhen: {told}" if told else "successWhen does not hold"
        return self._by_status(action, answer) or self._failed(action, answer, Reason.CONDITION_NOT_MET, why)

    def verdict_so_far(self, action: Http, answer: Answer) -> Accomplished | Unsuccessful | NotYet:
        """What one of many answers means: all but a clear yes or no is waited out."""
        variables = variables_of(answer)
        if action.failure_when and self._holds(action.failure_when, variables) is True:
            return self._failed(action, answer, Reason.CONDITION_NOT_MET, "failureWhen holds")
        if not action.success_when:
            done = answer.status // 100 == 2  # noqa: PLR2004 - 2xx
            return self._accomplished(action, answer) if done else NotYet(f"the latest answer is {told_status(answer)}")
        told = self._holds(action.success_when, variables)
        if told is True:
            return self._accomplished(action, answer)
        return NotYet(f"the latest answer is {told_status(answer)}" + (f", and successWhen: {told}" if told else ""))

    def _holds(self, text: str, variables: Mapping[str, Any]) -> bool | str:
        """Whether it holds, or why nobody can tell."""
        expression = self._compiler.compile(text, variables.keys())
        if isinstance(expression, ExpressionProblem):
            return str(expression)
        outcome = expression.evaluate(variables)
        if isinstance(outcome, NotComputed):
            no_json = "" if "json" in variables[RESPONSE] else " (the body is no JSON)"
            return outcome.message + no_json
        return outcome.value if isinstance(outcome.value, bool) else "it yields no true or false"

    def _by_status(self, action: Http, answer: Answer) -> Unsuccessful | None:
        """What the status alone means; None for 2xx."""
        if answer.status // 100 == 2:  # noqa: PLR2004 - 2xx
            return None
        now = self._clock.now()
        refused = answer.status not in _IN_TROUBLE and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        # Who answers after a redirect speaks for itself only, not for the server that has taken the request.
        not_done = not answer.processed and (refused or answer.status in _NOT_DONE)
        final = not not_done and not action.repeatable
        why = "it may have been done all the same, so it is not sent again (idempotent is not set)" if final else ""
        told = _sentence(action, answer, "; ".join(part for part in (_beginning(answer), why) if part))
        if refused:
            return Unsuccessful(now, FailureKind.FAILURE, Reason.REQUEST_REFUSED, told, final=final)
        return Unsuccessful(
            now,
            FailureKind.ERROR,
            Reason.SERVER_ERROR,
            told,
            not_before=not_before(answer.headers.get("retry-after"), now),
            final=final,
        )

    def _failed(self, action: Http, answer: Answer, reason: Reason, why: str) -> Unsuccessful:
        return Unsuccessful(self._clock.now(), FailureKind.FAILURE, reason, _sentence(action, answer, why))

    def _accomplished(self, action: Http, answer: Answer) -> Accomplished:
        why = "successWhen holds" if action.success_when else ""
        seen = variables_of(answer)[RESPONSE]
        return Accomplished(self._clock.now(), _sentence(action, answer, why), result=seen)


def variables_of(answer: Answer) -> dict[str, Any]:
    """``response``, as expressions see it; without ``json`` where the body is none."""
    response: dict[str, Any] = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    with suppress(ValueError, RecursionError):  # has(response.json) says so
        response["json"] = json.loads(answer.body)
    return {RESPONSE: response}


def says_nothing(answer: Answer) -> bool:
    """Whether the receiver is in trouble, or does not know us: who goes on asking should do so ever more rarely."""
    failing = _IN_TROUBLE | UNKNOWN_CREDENTIALS
    return answer.status in failing or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def told_status(answer: Answer) -> str:
    """The status and what it is called."""
    try:
        return f"{answer.status} {HTTPStatus(answer.status).phrase}"
    except ValueError:
        return str(answer.status)


def _sentence(action: Http, answer: Answer, why: str) -> str:
    return f"{action.target} answers {told_status(answer)}" + (f": {why}" if why else "")


def _beginning(answer: Answer) -> str:
    """How the body begins, on one line."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in answer.body).split())
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
