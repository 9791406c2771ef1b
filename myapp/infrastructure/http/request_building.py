"""A request as it is sent: what the author wrote, with what Secrets hold, and the key of the attempt.

``Idempotency-Key`` is the same for an attempt whoever sends it, and however often: a receiver that knows it does the
work once. The next attempt has another one, since it is to do the work anew.
"""

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from yarl import URL

from myapp.domain.actions.http import HEADER_VALUE, Http, SecretKey
from myapp.domain.effect import EffectId, FailureKind, Held
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.exchange import Answer, NoAnswer, OutgoingRequest
from myapp.infrastructure.http.secret_forms import forms_of

LONGEST_SECRET = 4096
_HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, and what must not be seen of it."""

    request: OutgoingRequest
    secrets: tuple[str, ...] = field(repr=False)
    """In all their forms, the longest first."""

    def hidden(self, answer: Answer) -> Answer:
        """The answer as it may be seen: a receiver that echoes what it was sent tells nobody."""
        headers = {name: self._without_secrets(value) for name, value in answer.headers.items()}
        return replace(answer, headers=headers, body=self._without_secrets(answer.body))

    def _without_secrets(self, text: str) -> str:
        if not self.secrets:
            return text
        return re.sub("|".join(map(re.escape, self.secrets)), _HIDDEN, text)


def prepare(
    action: Http,
    effect: EffectId,
    secrets: Mapping[SecretKey, bytes],
    system_trust: ssl.SSLContext,
    *,
    whole_body: bool,
) -> Prepared | Held | NoAnswer:
    """The request, or which Secret does not hold what it needs, or that there is no such address.

    ``whole_body`` says that expressions look at the answer; else people only see how it begins.
    """
    url = _address(action.url)
    if url is None:
        message = "url is no address that can be used"
        return NoAnswer(Reason.ADDRESS_NOT_ALLOWED, message, FailureKind.FAILURE, final=True)
    headers: dict[str, str] = {}
    told: list[str] = []
    for header in action.headers:
        value = header.value
        if header.secret is not None:
            secret = _header_value(secrets[header.secret])
            if secret is None:
                allowed = f"one line of 1 to {LONGEST_SECRET} printable ASCII characters"
                return Held(Reason.INVALID_SECRET, f"{header.secret} cannot be a header: it must hold {allowed}")
            told.append(secret)
            value += secret
        headers[header.name] = value
    trust = system_trust if action.ca is None else _trust(secrets[action.ca])
    if trust is None:
        return Held(Reason.INVALID_SECRET, f"{action.ca} holds no certificates in PEM form")
    if action.body is not None and "content-type" not in map(str.lower, headers):
        headers["Content-Type"] = _content_type(action.body)
    headers["Idempotency-Key"] = f"{effect.todo_id}-{effect.attempt}"
    request = OutgoingRequest(
        method=action.method,
        url=url,
        headers=headers,
        body=None if action.body is None else action.body.encode(),
        trust=trust,
        timeout=action.timeout,
        whole_body=whole_body,
    )
    return Prepared(request, forms_of(told))


def _address(text: str) -> URL | None:
    try:
        url = URL(text)
        usable = url.host and url.port  # both are decoded only when they are asked for
    except ValueError:
        return None
    return url if usable else None


def _header_value(content: bytes) -> str | None:
    try:
        text = content.decode("ascii").rstrip("\r\n")  # as files end
    except UnicodeDecodeError:
        return None
    return text if 0 < len(text) <= LONGEST_SECRET and re.fullmatch(HEADER_VALUE, text) else None


def _trust(authorities: bytes) -> ssl.SSLContext | None:
    try:
        text = authorities.decode("ascii").strip()
        # Nothing would mean the system's authorities.
        return ssl.create_default_context(cadata=text) if text else None
    except (ssl.SSLError, ValueError):
        return None


def _content_type(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "text/plain; charset=utf-8"
    return "application/json"
