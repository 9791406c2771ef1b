"""Secrets that are missing, wholly or in part: told within 30 s, no attempt used up, and healed by the Secret alone."""

import json

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.http_sink import HttpSink
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

PROMPT = 30.0
#: It is tried again after 1, 2, 4 ... seconds.
RECOVERY = 90.0


@pytest.mark.usefixtures("operator")
def test_each_is_told_and_waited_for(*, cluster: LocalCluster, todos: Todos, account: str, sink: HttpSink) -> None:
    """The Secret, its key, a value that no header can hold, and the authority of a certificate."""
    namespace = f"--namespace={todos.namespace}"
    literals = ["--from-literal=other=x", "--from-literal=lines=a\nb"]
    cluster.kubectl("create", "secret", "generic", "half", namespace, *literals)

    def header(secret: str, key: str) -> JsonObject:
        return {"headers": [{"name": "X-Token", "secretRef": {"name": secret, "key": key}}]}

    told: dict[str, tuple[JsonObject, str, str]] = {
        "secret": (
            header("none", "token"),
            "SecretNotFound",
            f"there is no Secret none in namespace {todos.namespace}",
        ),
        "key": (header("half", "token"), "SecretNotFound", "Secret half has no key token"),
        "value": (header("half", "lines"), "InvalidSecret", "half"),
        "authority": (
            {"url": "https://127.0.0.1:1/", "caSecretRef": {"name": "half", "key": "other"}},
            "InvalidSecret",
            "half",
        ),
    }
    for name, (fields, _, _) in told.items():
        todos.create(name, http={"url": sink.url(f"/{name}"), **fields}, serviceAccountName=account)
    for name, (_, reason, message) in told.items():
        assert message in todos.wait(name, "Active", reason, timeout=PROMPT)["message"]
    assert sink.received == []

    cluster.kubectl("create", "secret", "generic", "none", namespace, "--from-literal=token=t")
    mended = json.dumps({"stringData": {"token": "t", "lines": "one"}})
    cluster.kubectl("patch", "secret", "half", namespace, "--patch", mended)
    for name in ("secret", "key", "value"):
        assert todos.wait(name, "Succeeded", timeout=RECOVERY)["attempt"] == 1
    assert sorted(request.path for request in sink.received) == ["/key", "/secret", "/value"]
