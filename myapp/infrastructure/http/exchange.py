"""What goes out and what comes back, as values."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from yarl import URL

from myapp.domain.actions.http import Method
from myapp.domain.effect import FailureKind
from myapp.domain.todo_phase import Reason


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """One request. Nothing of it is shown: its headers hold secrets."""

    method: Method
    url: URL
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    trust: ssl.SSLContext
    timeout: timedelta
    whole_body: bool
    """Whether the answer's body is needed, or only its beginning, for people."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the last server of the redirects has answered."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: str
    processed: bool = False
    """Whether an earlier server of the redirects has done what was asked: its answer is to be read elsewhere."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no answer that can be judged."""

    reason: Reason
    message: str
    kind: FailureKind = FailureKind.ERROR
    received: bool = False
    """Whether the request may have been received all the same."""
    final: bool = False
    """Whether asking again is of no use."""
