"""A real HTTP server that takes CloudEvents and answers as a test tells it to."""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

PATIENCE = 20.0
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    event: dict[str, Any]


@dataclass(slots=True)
class Reply:
    """What to answer, and how long to keep the sender waiting."""

    code: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


class WebhookSink:
    """Listens on a port of its own while the context is open. ``replies`` are used up one by one, then ``reply``."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.replies: list[Reply] = []
        self.reply = Reply()
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls is not None else "http"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def url(self, path: str = "/hooks/secret-path") -> str:
        """The address to post to."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}{path}"

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What was received, of one kind or at all."""
        return [entry.event for entry in self.received if entry.event["type"].endswith(kind)]

    def wait_for(self, count: int, kind: str = "", timeout: float = PATIENCE) -> list[dict[str, Any]]:
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

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _POLL}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = sink.replies.pop(0) if sink.replies else sink.reply
                sink.received.append(Received(self.path, dict(self.headers), json.loads(body)))
                sink._ended.wait(reply.delay)
                self.send_response(reply.code)
                for name, value in {"Content-Length": "0", **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing: the tests look at what was received."""

        return Handler
