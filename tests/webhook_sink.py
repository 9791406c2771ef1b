"""A real HTTP server that takes CloudEvents: the one of ``http_sink``, and what it received read as events."""

import json
import ssl
import time
from typing import Any

from tests.http_sink import PATIENCE, HttpSink, Received, Reply

_POLL = 0.02


class WebhookSink(HttpSink):
    """Answers 202 unless a test says otherwise."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.reply = Reply(202)

    @property
    def hook(self) -> str:
        """The address to post to."""
        return self.url("/hooks/secret-path")

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What was received, of one kind or at all."""
        return [event for event in map(event_of, self.received) if event["type"].endswith(kind)]

    def wait_for_events(self, count: int, kind: str = "", timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The events, once there are so many."""
        give_up = time.monotonic() + timeout
        while len(found := self.events(kind)) < count:
            assert time.monotonic() < give_up, (
                f"after {timeout:.0f} s there are {len(found)} of {count} {kind}: {found}"
            )
            time.sleep(_POLL)
        return found

    def wait_for_todo(self, name: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """The first event about a todo, once there is one."""
        give_up = time.monotonic() + timeout
        while not (found := [event for event in self.events() if event["data"]["name"] == name]):
            assert time.monotonic() < give_up, f"after {timeout:.0f} s there is no event about {name}: {self.events()}"
            time.sleep(_POLL)
        return found[0]


def event_of(received: Received) -> dict[str, Any]:
    """The CloudEvent that a request carried."""
    event: dict[str, Any] = json.loads(received.body)
    return event
