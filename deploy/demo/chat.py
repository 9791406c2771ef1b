"""Answers the release's requests where no pod can: as staging of the shop, and as its chat (examples/shop.yaml)."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_VERSION = "/version"
_SAY = "/cgi-bin/say"
_CHANNEL = "customers"
_LONGEST = 65_536


class Chat:
    """Listens on this machine alone, from `start` to `stop`."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.announcements: list[str] = []
        self._server = ThreadingHTTPServer((self.host, 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self.host}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Answer from now on."""
        threading.Thread(target=self._server.serve_forever, name="chat", daemon=True).start()

    def stop(self) -> None:
        """Close the port, after `start`."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, method: str, target: str, body: str) -> tuple[HTTPStatus, str]:
        """Status and body, which is JSON where all is well."""
        url = urlsplit(target)
        if (method, url.path) == ("GET", _VERSION):
            return HTTPStatus.OK, '{"version": "2.4"}'
        if (method, url.path) != ("POST", _SAY):
            return HTTPStatus.NOT_FOUND, f"there is no {url.path}"
        channel = parse_qs(url.query).get("channel", [""])[0]
        if channel != _CHANNEL:
            return HTTPStatus.NOT_FOUND, f"there is no channel {channel}"
        self.announcements.append(f"{channel}: {body}")
        return HTTPStatus.CREATED, '{"said": true}'

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        chat = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0

            def do_GET(self) -> None:
                self._reply("")

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length") or 0), _LONGEST)
                self._reply(self.rfile.read(length).decode(errors="replace"))

            def _reply(self, body: str) -> None:
                status, text = chat._answer(self.command, self.path, body)
                content = text.encode()
                self.send_response(status)
                self.send_header(
                    "Content-Type", "application/json" if status < HTTPStatus.BAD_REQUEST else "text/plain"
                )
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: object) -> None:
                """Nothing: what was said is told at the end."""

        return Handler
