"""``http``: has a request sent, and with ``pollInterval`` repeated, until its answer ends the attempt.

At least once, under one key for each attempt: after a restart in between it is sent again. What fails before anything
is sent, for want of a Secret or of a name's address, uses up no attempt.
"""

import ssl
from asyncio import sleep as pause
from collections.abc import Callable
from datetime import timedelta

from myapp.application.effect import Effect
from myapp.application.ports import Clock
from myapp.domain.actions.http import Http
from myapp.domain.duration import format_duration
from myapp.domain.effect import Accomplished, FailureKind, Held, Underway, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.exchange import Answer, NoAnswer
from myapp.infrastructure.http.http_client import HttpClient
from myapp.infrastructure.http.request_building import Prepared, prepare
from myapp.infrastructure.http.response_judge import UNKNOWN_CREDENTIALS, NotYet, ResponseJudge, says_nothing
from myapp.infrastructure.http.retry_after import not_before
from myapp.infrastructure.kube.account_secrets import AccountSecrets
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.service_account import account_of

#: Seconds between two questions to a receiver that does not answer, at most, unless the author asked for more.
_LONGEST_PAUSE = 60.0
_MOST_DOUBLINGS = 16


class HttpPerformer:
    """EffectPerformer of requests over HTTP."""

    def __init__(
        self,
        *,
        bounds: AutomationBounds,
        secrets: AccountSecrets,
        client: HttpClient,
        judge: ResponseJudge,
        clock: Clock,
    ) -> None:
        self._bounds = bounds
        self._secrets = secrets
        self._client = client
        self._judge = judge
        self._clock = clock
        self._system_trust = ssl.create_default_context()

    async def perform(
        self, effect: Effect, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | Held:
        """Bring the request to its end. Raises ApiError."""
        action = effect.todo.action
        if not isinstance(action, Http):
            raise TypeError(f"{type(action).__name__} is no Http")
        prepared = await self._prepared(effect, action)
        if isinstance(prepared, Held):
            return prepared
        if isinstance(prepared, NoAnswer):
            return self._without_answer(action, prepared)
        if action.poll_interval is not None:
            return await self._poll(effect, action, prepared, tell)
        outcome = await self._client.exchange(prepared.request, namespace=effect.todo.key.namespace)
        if isinstance(outcome, NoAnswer):
            return self._without_answer(action, outcome)
        return self._judge.verdict(action, prepared.hidden(outcome))

    async def withdraw(self, effect: Effect) -> None:
        """What was sent cannot be taken back."""

    async def _prepared(self, effect: Effect, action: Http) -> Prepared | Held | NoAnswer:
        account = account_of(effect.todo)
        if (refusal := await self._bounds.refusal(account)) is not None:
            return refusal
        secrets = await self._secrets.read(account, action.secrets)
        if isinstance(secrets, Held):
            return secrets
        evaluated = bool(action.expressions.texts or effect.todo.outputs)
        return prepare(action, effect.id, secrets, self._system_trust, whole_body=evaluated)

    async def _poll(
        self, effect: Effect, action: Http, prepared: Prepared, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | Held:
        interval = action.poll_interval or timedelta()
        failures = 0
        while True:
            outcome = await self._client.exchange(prepared.request, namespace=effect.todo.key.namespace)
            seconds = interval.total_seconds()
            if isinstance(outcome, NoAnswer):
                if outcome.kind is FailureKind.FAILURE:
                    return self._without_answer(action, outcome)
                failures += 1
                seconds = _longer(seconds, failures)
                news = outcome.message
            else:
                verdict = self._judge.verdict_so_far(action, prepared.hidden(outcome))
                if not isinstance(verdict, NotYet):
                    return verdict
                failures = failures + 1 if says_nothing(outcome) else 0
                news, seconds = verdict.message, max(_longer(seconds, failures), self._asked_for(outcome))
            tell(Underway(Reason.POLLING, f"asks {action.target} every {format_duration(interval)}: {news}"))
            await pause(seconds)
            if _is_refused_for_want_of_trust(outcome):
                again = await self._prepared(effect, action)
                if isinstance(again, Held):
                    return again
                if isinstance(again, NoAnswer):
                    return self._without_answer(action, again)
                prepared = again

    def _asked_for(self, answer: Answer) -> float:
        now = self._clock.now()
        asked = not_before(answer.headers.get("retry-after"), now)
        return (asked - now).total_seconds() if asked is not None else 0.0

    def _without_answer(self, action: Http, outcome: NoAnswer) -> Unsuccessful | Held:
        if outcome.reason is Reason.NAME_NOT_RESOLVED and not outcome.received:
            return Held(outcome.reason, outcome.message)
        lost = outcome.received and not action.repeatable
        why = "; it may have been done all the same, so it is not sent again (idempotent is not set)" if lost else ""
        message = f"{action.target}: {outcome.message}{why}"
        return Unsuccessful(self._clock.now(), outcome.kind, outcome.reason, message, final=outcome.final or lost)


def _is_refused_for_want_of_trust(outcome: Answer | NoAnswer) -> bool:
    """Whether one side does not trust the other: what Secrets hold may be another thing by now."""
    if isinstance(outcome, NoAnswer):
        return outcome.reason is Reason.TLS_FAILED
    return outcome.status in UNKNOWN_CREDENTIALS


def _longer(seconds: float, failures: int) -> float:
    """A pause that grows with each failure, up to a minute."""
    return max(seconds, min(seconds * 2.0 ** min(max(failures - 1, 0), _MOST_DOUBLINGS), _LONGEST_PAUSE))
