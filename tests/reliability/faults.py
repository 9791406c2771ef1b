"""What can go wrong between the operator and its API server, as values that a `FaultProxy` acts on.

A fault says which requests it concerns, and what happens at one of three points of each: before the request is sent,
when it has been carried out and its answer is not passed on yet, and after the answer was passed on. What happens is a
plain function, which may wait, kill a process, or return what the client gets in place of the answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event

#: How long a hold lasts at most (seconds): a test that fails must not hang.
LONGEST_HOLD = 60.0


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """One request of the operator."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    agent: str = ""
    """What the client calls itself."""

    @property
    def is_watch(self) -> bool:
        """Whether it asks for a stream of events."""
        return self.query.get("watch") == "true"

    @property
    def is_write(self) -> bool:
        """Whether it changes something."""
        return self.method not in ("GET", "HEAD")

    @property
    def resource(self) -> str:
        """The plural name and, if there is one, the subresource: `todos`, `todos/status`; empty where there is none."""
        _, namespaced, rest = self.path.partition("/namespaces/")
        parts = rest.split("/")[1:] if namespaced else self.path.split("/")[4:]
        return "/".join((parts[0], *parts[2:])) if parts else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets in place of the API server's answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection breaks without an answer."""


#: None lets the request go its way.
Happening = Callable[[ProxiedRequest], Answer | HangUp | None]


def nothing(_request: ProxiedRequest) -> None:
    """All goes well."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the requests that `concerns` is true of; `after_answer` cannot change the answer any more."""

    concerns: Callable[[ProxiedRequest], bool]
    before_send: Happening = nothing
    before_answer: Happening = nothing
    after_answer: Happening = nothing


def status_answer(code: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal in the API server's form."""
    return Answer(code, json.dumps(_status(code, message)).encode(), headers or {})


def error_event(code: HTTPStatus, message: str) -> bytes:
    """An event by which a watch says that it ends, as one line of its stream."""
    return json.dumps({"type": "ERROR", "object": _status(code, message)}).encode() + b"\n"


def hold(released: Event) -> Happening:
    """Wait until the event is set."""

    def wait(_request: ProxiedRequest) -> None:
        released.wait(LONGEST_HOLD)

    return wait


def _status(code: HTTPStatus, message: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": int(code),
        "reason": code.phrase.replace(" ", ""),
        "message": message,
    }
