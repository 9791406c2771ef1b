"""A kept connection to an API server with the credentials of a kubeconfig, for what asks too often for a kubectl each.

Knows the kinds of credentials that the local cluster hands out, tokens and certificates, and no others.
"""

import base64
import ssl
import tempfile
from collections.abc import Mapping
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import yaml


def connect(kubeconfig: Path, timeout: float) -> tuple[HTTPSConnection, Mapping[str, str]]:
    """The connection, not opened yet, and the headers that each request needs; ``timeout`` in seconds of silence."""
    config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    tls = ssl.create_default_context(cadata=_pem(cluster["certificate-authority-data"]))
    if "client-key-data" in user:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pair:
            pair.write(_pem(user["client-certificate-data"]) + _pem(user["client-key-data"]))
            pair.flush()
            tls.load_cert_chain(pair.name)
    connection = HTTPSConnection(urlsplit(cluster["server"]).netloc, context=tls, timeout=timeout)
    return connection, {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}


def _pem(encoded: str) -> str:
    return base64.b64decode(encoded).decode()
