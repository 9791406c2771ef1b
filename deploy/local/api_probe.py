"""Asks an API server whether it is ready, over TLS with its certificate verified."""

import http.client
import json
import ssl
from pathlib import Path
from typing import Any

from deploy.local.components import ApiListener

REQUEST_TIMEOUT = 5.0


class ApiProbe:
    """Reads single paths of the API as one client-certificate user."""

    def __init__(self, listener: ApiListener, authority: Path, client: Path) -> None:
        """`client` is a PEM file with certificate and key."""
        self._listener = listener
        self._context = ssl.create_default_context(cafile=str(authority))
        self._context.load_cert_chain(client)
        self.last_answer = "no answer yet"

    def is_ready(self) -> bool:
        """Whether all of the server's own checks pass."""
        return self._get("/readyz?verbose") is not None

    def exists(self, path: str) -> bool:
        """Whether the server has an object at `path`."""
        return self._get(path) is not None

    def read(self, path: str) -> dict[str, Any] | None:
        """The object at `path`; None when the server does not have it or does not answer."""
        answer = self._get(path)
        return None if answer is None else dict(json.loads(answer))

    def version(self) -> str:
        """The server's version, such as v1.36.3; empty when it does not answer."""
        answer = self._get("/version")
        return "" if answer is None else str(json.loads(answer)["gitVersion"])

    def _get(self, path: str) -> bytes | None:
        connection = http.client.HTTPSConnection(
            self._listener.address, self._listener.port, timeout=REQUEST_TIMEOUT, context=self._context
        )
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.last_answer = f"GET {path}: {error}"
            return None
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            failing = [line for line in body.decode(errors="replace").splitlines() if line.startswith("[-]")]
            self.last_answer = f"GET {path}: {response.status} {response.reason} {' '.join(failing)}".rstrip()
            return None
        return body
