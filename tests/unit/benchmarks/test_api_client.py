"""What the client makes of the API server's less friendly answers. A scripted HTTPS server stands in for it."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from benchmarks.api_client import ApiClient, ApiClientError
from deploy.local.certificates import CertificateAuthority
from deploy.local.identities import ADMIN
from deploy.local.kubeconfig import Endpoint, certificate_credential, render_kubeconfig

Answer = tuple[int, str]
LATER = '{"kind": "Status", "message": "storage is (re)initializing"}'


class ScriptedServer(HTTPServer):
    """Gives the `answers` one after another, and remembers how often it was asked."""

    answers: list[Answer]
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        code, body = self.server.answers[self.server.asked]
        self.server.asked += 1
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        if code == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The server, listening and not yet serving."""
    with ScriptedServer(("127.0.0.1", 0), _Handler) as started:
        started.answers = []
        yield started


@pytest.fixture
def client(server: ScriptedServer, tmp_path: Path) -> Iterator[ApiClient]:
    """A client that trusts the server and shows a certificate."""
    authority = CertificateAuthority()
    pair = authority.issue_server(("127.0.0.1",))
    (tmp_path / "server.pem").write_bytes(pair.certificate + pair.key)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "server.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    endpoint = Endpoint("scripted", f"https://127.0.0.1:{server.server_port}", authority.certificate)
    credential = certificate_credential(authority.issue_client(ADMIN))
    (tmp_path / "kubeconfig").write_text(render_kubeconfig(endpoint, ADMIN.name, credential))
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    with ApiClient(tmp_path / "kubeconfig", timeout=10) as opened:
        yield opened
    server.shutdown()
    serving.join()


def test_who_is_asked_to_come_again_comes_again(client: ApiClient, server: ScriptedServer) -> None:
    """As clients of the API server do."""
    server.answers = [(429, LATER), (429, LATER), (200, '{"kind": "Todo"}')]

    assert client.get("/todo") == {"kind": "Todo"}
    assert server.asked == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param((403, '{"message": "not yours"}'), "GET /todo: 403 not yours", id="a Status"),
        pytest.param((502, "<html>bad gateway</html>"), "GET /todo: 502 <html>bad gateway", id="a proxy's page"),
        pytest.param((500, "[]"), r"GET /todo: 500 \[\]", id="no Status"),
        pytest.param((200, "hello"), "GET /todo: Expecting value", id="no JSON"),
    ],
)
def test_a_refusal_names_the_request(client: ApiClient, server: ScriptedServer, answer: Answer, told: str) -> None:
    """Whatever the answer looks like."""
    server.answers = [answer]

    with pytest.raises(ApiClientError, match=told):
        client.get("/todo")


def test_a_watch_that_ends_within_an_event_is_an_error(client: ApiClient, server: ScriptedServer) -> None:
    """The events before it arrive."""
    server.answers = [(200, '{"type": "ADDED"}\n{"type": "MOD')]
    events = client.watch("/todos", "status.phase=Active", 5)

    assert next(events) == {"type": "ADDED"}
    with pytest.raises(ApiClientError, match="watch /todos: Unterminated string"):
        next(events)
