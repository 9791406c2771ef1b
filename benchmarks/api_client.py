"""Speaks JSON with the API server over one kept connection, as one identity, so that a request's time is its own.

A kubectl for each request would measure the start of kubectl. The load generator (benchmarks/loadgen) makes load; this
takes single times.
"""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from deploy.local.api_connection import connect

REQUEST_TIMEOUT = 30.0

JsonObject = dict[str, Any]


class ApiClientError(Exception):
    """The API server refused a request or did not answer; or what was waited for did not come."""


class ApiClient:
    """The API server as the user of a kubeconfig sees it; `timeout` in seconds is the longest silence it puts up with.

    For one thread at a time, but for `hang_up`.
    """

    def __init__(self, kubeconfig: Path, timeout: float = REQUEST_TIMEOUT) -> None:
        self._connection, self._authorization = connect(kubeconfig, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def create(self, path: str, body: JsonObject) -> JsonObject:
        """POST an object; what the API server has made of it. Raises ApiClientError."""
        return self._send("POST", path, body, "application/json")

    def merge(self, path: str, body: JsonObject) -> JsonObject:
        """Merge into an object or one of its subresources. Raises ApiClientError."""
        return self._send("PATCH", path, body, "application/merge-patch+json")

    def get(self, path: str) -> JsonObject:
        """The object at `path`. Raises ApiClientError."""
        return self._send("GET", path)

    def watch(self, path: str, field_selector: str, seconds: int) -> Iterator[JsonObject]:
        """Events of what matches, first of what is there already, for `seconds`. Raises ApiClientError."""
        query = urlencode({"watch": "true", "fieldSelector": field_selector, "timeoutSeconds": seconds})
        with _named(f"watch {path}"), self._ask("GET", f"{path}?{query}") as answer:
            while line := answer.readline():
                yield json.loads(line)

    def hang_up(self) -> None:
        """End the watch that another thread reads."""
        if self._connection.sock is not None:
            # The socket's own shutdown: that of the TLS layer takes the layer away under the reading thread.
            socket.socket.shutdown(self._connection.sock, socket.SHUT_RDWR)

    def _send(self, method: str, path: str, body: JsonObject | None = None, kind: str = "") -> JsonObject:
        content = None if body is None else json.dumps(body).encode()
        with _named(f"{method} {path}"), self._ask(method, path, content, kind) as answer:
            return dict(json.loads(answer.read()))

    def _ask(self, method: str, path: str, content: bytes | None = None, kind: str = "") -> HTTPResponse:
        headers = {**self._authorization, **({"Content-Type": kind} if kind else {})}
        give_up = time.monotonic() + REQUEST_TIMEOUT
        while True:
            self._connection.request(method, path, body=content, headers=headers)
            answer = self._connection.getresponse()
            if answer.status < HTTPStatus.BAD_REQUEST:
                return answer
            said = answer.read()
            # As soon as a kind is served its storage may still be about to begin: whoever asks is to come again.
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS or time.monotonic() > give_up:
                raise ApiClientError(f"{answer.status} {_message(said)}")
            time.sleep(float(answer.getheader("Retry-After", "1")))


@contextmanager
def _named(request: str) -> Iterator[None]:
    """Say which request an error is about; ValueError: an answer that is no JSON, or ends within it."""
    try:
        yield
    except (OSError, HTTPException, ValueError, ApiClientError) as error:
        raise ApiClientError(f"{request}: {str(error) or type(error).__name__}") from error


def _message(body: bytes) -> str:
    """What a Status says; a proxy's page as it is."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:200]
