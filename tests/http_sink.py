"""A real HTTP server that records what it is sent, and answers as a test tells it to."""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.certificates import CertificateAuthority

PATIENCE = 20.0
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Received:
    """One request, and when it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def key(self) -> str:
        """Its Idempotency-Key."""
        return self.headers.get("idempotency-key", "")


@dataclass(slots=True)
class Reply:
    """What to answer. ``delay`` comes before the answer, ``pause`` between each byte of its body."""

    code: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pause: float = 0.0
    hang_up: bool = False
    """Whether to close the connection in place of an answer."""
    raw: bytes = b""
    """What to send in place of an answer."""


def tls_context(authority: CertificateAuthority, folder: Path) -> ssl.SSLContext:
    """For a sink at 127.0.0.1, with a certificate by that authority."""
    pair, file = authority.issue_server(("127.0.0.1",), name="sink", dns_names=("sink.example",)), folder / "sink.pem"
    file.write_bytes(pair.certificate + pair.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


class HttpSink:
    """Listens on a port of its own while the context is open. ``replies`` are used up one by one, then ``reply``."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.replies: list[Reply] = []
        self.reply = Reply()
        self.on_request: Callable[[Received], None] | None = None
        """Called before a request is answered."""
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls is not None else "http"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    def url(self, path: str = "/") -> str:
        """An address of it."""
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    @property
    def keys(self) -> list[str]:
        """The keys of what was received, in order."""
        return [request.key for request in self.received]

    def wait_for(self, count: int, timeout: float = PATIENCE) -> list[Received]:
        """What was received, once there is so much."""
        give_up = time.monotonic() + timeout
        while len(self.received) < count:
            assert time.monotonic() < give_up, f"after {timeout:.0f} s there are {len(self.received)} of {count}"
            time.sleep(_POLL)
        return list(self.received)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _POLL}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _taken(self, request: Received) -> Reply:
        """Record it, and choose what to answer."""
        reply = self.replies.pop(0) if self.replies else self.reply
        self.received.append(request)
        if self.on_request is not None:
            self.on_request(request)
        self._ended.wait(reply.delay)
        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def __getattr__(self, name: str) -> Callable[[], None]:
                """Every method of a request is answered alike."""
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = sink._taken(Received(self.command, self.path, headers, body, time.time()))
                with suppress(OSError):  # the sender has gone
                    self._send(reply)
                self.close_connection = True

            def _send(self, reply: Reply) -> None:
                if reply.raw or reply.hang_up:
                    self.wfile.write(reply.raw)
                    return
                self.send_response(reply.code)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    sink._drip(self.wfile.write, reply)

            def log_message(self, *_arguments: object) -> None:
                """Nothing: the tests look at what was received."""

        return Handler

    def _drip(self, write: Callable[[bytes], object], reply: Reply) -> None:
        if not reply.pause:
            write(reply.body)
            return
        for position in range(len(reply.body)):
            write(reply.body[position : position + 1])
            if self._ended.wait(reply.pause):
                return
