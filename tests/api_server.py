"""A small HTTP client for tests that ask the API server hundreds of questions: one kubectl for each would take minutes.

It speaks JSON over one kept connection, verifies the server's certificate, and returns refusals as values.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from deploy.local.api_connection import connect

TIMEOUT = 30.0
HANDSHAKES = 3

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API server said: `body` is the object, or the Status that tells why not."""

    code: int
    body: JsonObject

    @property
    def accepted(self) -> bool:
        """Whether the request did what it asked for."""
        return self.code < HTTPStatus.BAD_REQUEST

    @property
    def message(self) -> str:
        """The Status' message; empty for an object."""
        return str(self.body.get("message", ""))

    @property
    def causes(self) -> set[tuple[str, str]]:
        """Each refused field with its message, without the remark that further rules were not looked at."""
        causes = self.body.get("details", {}).get("causes", [])
        return {(cause["field"], cause["message"]) for cause in causes if cause.get("field") not in (None, "<nil>")}


class ApiServer:
    """The API server as the user of a kubeconfig sees it, or as `impersonate` does if that user may act as they."""

    def __init__(self, kubeconfig: Path, *, impersonate: str | None = None) -> None:
        self._connection, authorization = connect(kubeconfig, TIMEOUT)
        self._identity = authorization if impersonate is None else {**authorization, "Impersonate-User": impersonate}

    def close(self) -> None:
        """Close the kept connection."""
        self._connection.close()

    def get(self, path: str) -> Answer:
        """Read an object or a list."""
        return self._send("GET", path, None, [])

    def create(
        self,
        path: str,
        body: JsonObject,
        *,
        dry_run: bool = False,
        impersonate: str | None = None,
        groups: Sequence[str] = (),
    ) -> Answer:
        """POST an object, as another user if one is named. Unknown fields are refused, as kubectl has them refused."""
        query = {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
        headers = [("Content-Type", "application/json")]
        if impersonate is not None:
            headers += [("Impersonate-User", impersonate), *(("Impersonate-Group", group) for group in groups)]
        return self._send("POST", f"{path}?{urlencode(query)}", body, headers)

    def patch(self, path: str, body: JsonObject, *, dry_run: bool = False) -> Answer:
        """Merge into an object or one of its subresources."""
        query = {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
        return self._send(
            "PATCH", f"{path}?{urlencode(query)}", body, [("Content-Type", "application/merge-patch+json")]
        )

    def delete(self, path: str) -> Answer:
        """Have an object deleted."""
        return self._send("DELETE", path, None, [])

    def _send(self, method: str, path: str, body: JsonObject | None, headers: Sequence[tuple[str, str]]) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        self._connect()
        try:
            # http.client's own request() takes a dict, which cannot hold a header (Impersonate-Group) twice.
            self._connection.putrequest(method, path)
            for name, value in (*self._identity.items(), *headers, ("Content-Length", str(len(content)))):
                self._connection.putheader(name, value)
            self._connection.endheaders(content)
            response = self._connection.getresponse()
            return Answer(response.status, json.loads(response.read()))
        except (OSError, HTTPException):
            self._connection.close()  # else every later request would fail for this one
            raise

    def _connect(self) -> None:
        """A busy API server gives up handshakes that take long; nothing was asked of it yet, so it is tried again."""
        for left in range(HANDSHAKES - 1, -1, -1):
            if self._connection.sock is not None:
                return
            try:
                self._connection.connect()
            except (OSError, HTTPException):
                self._connection.close()
                if not left:
                    raise
