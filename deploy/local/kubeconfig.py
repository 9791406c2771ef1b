"""Kubeconfig files: one per user, complete in itself, readable by nobody else.

Every one carries the authority's certificate: clients verify the server, none is told to skip that.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.local.certificates import KeyPair


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an API server is and how to know that it is the right one; `authority` is PEM."""

    name: str
    server: str
    authority: bytes


def certificate_credential(pair: KeyPair) -> dict[str, object]:
    """The `user` entry of somebody who logs in with a client certificate."""
    return {"client-certificate-data": _base64(pair.certificate), "client-key-data": _base64(pair.key)}


def token_credential(token: str) -> dict[str, object]:
    """The `user` entry of somebody who logs in with a bearer token."""
    return {"token": token}


def render_kubeconfig(endpoint: Endpoint, user: str, credential: Mapping[str, object]) -> str:
    """A kubeconfig with one cluster, one user and one context, as YAML."""
    context = f"{user}@{endpoint.name}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": endpoint.name,
                    "cluster": {
                        "server": endpoint.server,
                        "certificate-authority-data": _base64(endpoint.authority),
                    },
                }
            ],
            "users": [{"name": user, "user": dict(credential)}],
            "contexts": [{"name": context, "context": {"cluster": endpoint.name, "user": user}}],
            "current-context": context,
        },
        sort_keys=False,
    )


def with_user(config: Mapping[str, Any], credential: Mapping[str, object]) -> dict[str, Any]:
    """The kubeconfig of a single user, read from its YAML, with another credential."""
    return {**config, "users": [{**config["users"][0], "user": dict(credential)}]}


def write_private(path: Path, content: str | bytes) -> None:
    """Create `path` with mode 0600 from the first byte on; an existing file is replaced in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    temporary.replace(path)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
