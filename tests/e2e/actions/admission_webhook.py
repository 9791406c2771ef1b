"""A real admission webhook for one namespace, that refuses what is created there, or is not there at all."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import LocalCluster
from deploy.local.certificates import CertificateAuthority
from tests.api_server import JsonObject
from tests.http_sink import HttpSink, Received, tls_context

_PATIENCE = 30.0
NOBODY_LISTENS = "https://127.0.0.1:1/"


@contextmanager
def denying_webhook(folder: Path, message: str) -> Iterator[tuple[str, bytes]]:
    """Its address and its authority, while it answers."""
    authority = CertificateAuthority()
    with HttpSink(tls_context(authority, folder)) as sink:

        def deny(request: Received) -> None:
            review = json.loads(request.body)
            response = {"uid": review["request"]["uid"], "allowed": False, "status": {"message": message}}
            sink.reply.body = json.dumps({**review, "response": response}).encode()

        sink.reply.headers = {"Content-Type": "application/json"}
        sink.on_request = deny
        yield sink.url(), authority.certificate


@contextmanager
def installed(cluster: LocalCluster, namespace: str, url: str, authority: bytes) -> Iterator[None]:
    """The API server asks the webhook about each new Job and ConfigMap of the namespace."""
    create = {"operations": ["CREATE"], "apiVersions": ["v1"], "scope": "Namespaced"}
    webhook: JsonObject = {
        "name": "gate.example.dev",
        "clientConfig": {"url": url, "caBundle": base64.b64encode(authority).decode()},
        "rules": [
            {**create, "apiGroups": ["batch"], "resources": ["jobs"]},
            {**create, "apiGroups": [""], "resources": ["configmaps"]},
        ],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "failurePolicy": "Fail",
        "sideEffects": "None",
        "timeoutSeconds": 5,
        "admissionReviewVersions": ["v1"],
    }
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": namespace},
        "webhooks": [webhook],
    }
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(configuration))
    try:
        _wait_until_in_force(cluster, namespace)
        yield
    finally:
        cluster.kubectl("delete", "validatingwebhookconfiguration", namespace, "--ignore-not-found")


def _wait_until_in_force(cluster: LocalCluster, namespace: str) -> None:
    """The API server hears of it after a moment; until then it would let everything pass."""
    probe = ("create", "configmap", "probe", f"--namespace={namespace}", "--dry-run=server")
    give_up = time.monotonic() + _PATIENCE
    while cluster.kubectl(*probe, check=False).returncode == 0:
        assert time.monotonic() < give_up, f"the webhook is not asked after {_PATIENCE:.0f} s"
        time.sleep(0.1)
