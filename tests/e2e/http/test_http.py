"""Requests by the running operator: every end, what is waited for, and what nobody may see."""

import json
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from deploy.local.certificates import CertificateAuthority
from tests.api_server import JsonObject
from tests.e2e.actions.documented_examples import example
from tests.http_sink import HttpSink, Reply, tls_context
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

CANARY = "c4n4ry-0f-4-s3cr3t"


def kubectl(cluster: LocalCluster, todos: Todos, *arguments: str, stdin: str | None = None) -> str:
    """What one kubectl command in the namespace printed."""
    return cluster.kubectl(f"--namespace={todos.namespace}", *arguments, stdin=stdin).stdout


def test_documented_example(cluster: LocalCluster, operator: OperatorProcess, todos: Todos, tmp_path: Path) -> None:
    """The example of docs/actions.md does what is said there; only the address and its authority are others."""
    assert operator.alive
    allow_automation(cluster, todos.namespace)
    objects, authority = example("http"), CertificateAuthority()
    (secret,) = (each for each in objects if each["kind"] == "Secret")
    secret["stringData"]["ca.crt"] = authority.certificate.decode()
    manifests = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    with HttpSink(tls_context(authority, tmp_path)) as sink:
        replaced = manifests.replace("https://ci.example.com", sink.url("")).replace('"5s"', '"1s"')
        sink.replies = [
            Reply(201, b'{"id": 7, "accepted": true}'),
            Reply(200, b'{"state": "running"}'),
            Reply(200, b'{"state": "done"}'),
        ]
        kubectl(cluster, todos, "apply", "-f", "-", stdin=replaced)
        todos.wait("start-deployment", "Succeeded", "Completed", timeout=30)
        todos.wait("deployment-done", "Succeeded", "Completed", timeout=30)
    start, *polls = sink.received
    assert (start.method, start.path, start.headers["authorization"]) == ("POST", "/deployments", "Bearer abc")
    assert start.headers["content-type"] == "application/json"
    assert start.key == f"{todos.get('start-deployment')['metadata']['uid']}-1"
    assert [poll.path for poll in polls] == ["/deployments/latest"] * 2


def test_every_end(
    *, operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink, writes: AuditedWrites
) -> None:
    """Each has its own reason and says why; two writes each, and no object beside."""
    assert operator.alive
    ends: dict[str, tuple[Reply, JsonObject, str, str]] = {
        "good": (Reply(204), {}, "Completed", "answers 204 No Content"),
        "bad": (Reply(404, b"no such thing"), {}, "RequestRefused", "404 Not Found: no such thing"),
        "ill": (Reply(500, b"oops"), {}, "ServerError", "500 Internal Server Error: oops"),
        "html": (Reply(200, b"<p>"), {"successWhen": "response.json.ok"}, "ConditionNotMet", "the body is no JSON"),
        "no": (Reply(200, b"{}"), {"failureWhen": "response.status == 200"}, "ConditionNotMet", "failureWhen holds"),
        "big": (Reply(200, b"x" * 300_000), {"successWhen": "true"}, "ResponseTooLarge", "more than 262144 bytes"),
        "loop": (Reply(302, headers={"Location": "/loop"}), {}, "RedirectRefused", "more than 5 redirects"),
        "meta": (Reply(302, headers={"Location": "http://169.254.169.254/"}), {}, "AddressNotAllowed", "metadata"),
        "slow": (Reply(200, delay=60), {"timeout": "500ms"}, "RequestTimedOut", "within 0.5 s"),
        "cut": (Reply(hang_up=True), {"method": "POST", "body": "{}"}, "ConnectionFailed", "idempotent is not set"),
        "forbidden": (Reply(), {"url": "http://[::1]/"}, "AddressNotAllowed", "it is loopback"),
        "closed": (Reply(), {"url": "http://127.0.0.1:1/"}, "ConnectionFailed", "no connection"),
    }
    for name, (reply, fields, reason, message) in ends.items():
        sink.reply = reply
        todos.create(name, http={"url": sink.url(f"/{name}"), **fields}, serviceAccountName=account)
        status = todos.wait(name, "Succeeded" if name == "good" else "Failed", reason, timeout=30)
        assert message in status["message"], name
        assert status["attempt"] == 1
    settled = [str(write) for write in writes.settled() if write.name in ends]
    assert settled == ["patch todos/status"] * 2 * len(ends)


def test_retry_after_and_one_key_per_attempt(
    operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink
) -> None:
    """A busy server is left alone for as long as it asks; the next attempt has a key of its own."""
    assert operator.alive
    sink.replies = [Reply(429, headers={"Retry-After": "3"})]
    retry = {"maxAttempts": 2, "backoff": {"initial": "1ms"}}
    todo = todos.create("busy", http={"url": sink.url()}, serviceAccountName=account, retry=retry)
    assert todos.wait("busy", "Succeeded", timeout=30)["attempt"] == 2
    first, second = sink.received
    assert second.at - first.at >= 2.9
    assert sink.keys == [f"{todo['metadata']['uid']}-{attempt}" for attempt in (1, 2)]


def test_what_is_missing_is_waited_for(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, sink: HttpSink
) -> None:
    """No leave to act, no account's right, no Secret, no key in it: each is said, and none costs an attempt."""
    assert operator.alive
    header = {"name": "X-Token", "secretRef": {"name": "ci", "key": "token"}}
    todos.create("plain", http={"url": sink.url("/plain")})
    status = todos.wait("plain", "Active", "AutomationNotAllowed", timeout=30)
    assert f"add {todos.namespace} to automation.namespaces" in status["message"]
    allow_automation(cluster, todos.namespace)
    todos.create("waits", http={"url": sink.url("/waits"), "headers": [header]}, serviceAccountName=ACCOUNT)
    assert "secrets" in todos.wait("waits", "Active", "Forbidden", timeout=30)["message"]
    create_account(cluster, todos.namespace)
    status = todos.wait("waits", "Active", "SecretNotFound", timeout=60)
    assert status["message"] == f"there is no Secret ci in namespace {todos.namespace}"
    kubectl(cluster, todos, "create", "secret", "generic", "ci", "--from-literal=other=x")
    todos.wait_until("waits", lambda found: found["message"] == "Secret ci has no key token", "told", timeout=60)
    kubectl(cluster, todos, "patch", "secret", "ci", "--patch", json.dumps({"stringData": {"token": "t"}}))
    assert todos.wait("waits", "Succeeded", timeout=90)["attempt"] == 1
    assert todos.wait("plain", "Succeeded", timeout=90)["attempt"] == 1
    assert sorted(request.path for request in sink.received) == ["/plain", "/waits"]


def test_wrong_expression(operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink) -> None:
    """It is refused before anything is sent, with its place, and heals by an edit."""
    assert operator.alive
    http = {"url": sink.url(), "successWhen": "response.status ==\n  request.status"}
    todos.create("wrong", http=http, serviceAccountName=account)
    status = todos.wait("wrong", "Pending", "InvalidSpec", timeout=30)
    assert status["message"].startswith("spec.http.successWhen: line 2, column 10: ")
    assert not sink.received
    todos.edit("wrong", http={"successWhen": "response.status == 200"})
    todos.wait("wrong", "Succeeded", timeout=30)


def test_name_that_cannot_be_resolved(operator: OperatorProcess, todos: Todos, account: str) -> None:
    """It is waited for, says so, and ends with the Todo's timeout."""
    assert operator.alive
    todos.create("nowhere", http={"url": "http://no-such-name.invalid/"}, serviceAccountName=account, timeout="8s")
    assert "no-such-name.invalid" in todos.wait("nowhere", "Active", "NameNotResolved", timeout=30)["message"]
    assert "cannot be resolved" in todos.wait("nowhere", "Failed", "TimedOut", timeout=30)["message"]


def test_authority_from_a_secret(
    *, cluster: LocalCluster, operator: OperatorProcess, todos: Todos, account: str, tmp_path: Path
) -> None:
    """A certificate that nobody knows is refused, until its authority is named."""
    assert operator.alive
    authority = CertificateAuthority()
    (tmp_path / "ca.crt").write_bytes(authority.certificate)
    kubectl(cluster, todos, "create", "secret", "generic", "ca", f"--from-file={tmp_path / 'ca.crt'}")
    with HttpSink(tls_context(authority, tmp_path)) as secure:
        todos.create("unknown", http={"url": secure.url()}, serviceAccountName=account)
        assert "is not trusted" in todos.wait("unknown", "Failed", "TLSFailed", timeout=30)["message"]
        known = {"url": secure.url(), "caSecretRef": {"name": "ca", "key": "ca.crt"}}
        todos.create("known", http=known, serviceAccountName=account)
        todos.wait("known", "Succeeded", timeout=30)


def test_nobody_sees_a_secret(
    *, cluster: LocalCluster, operator: OperatorProcess, todos: Todos, account: str, sink: HttpSink
) -> None:
    """Not by a server that echoes it, nor by a header that it does not fit: in no object, event, log or metric."""
    literals = [f"--from-literal=token={CANARY}", f"--from-literal=lines={CANARY}\n{CANARY}"]
    kubectl(cluster, todos, "create", "secret", "generic", "ci", *literals)
    sink.reply = Reply(400, f'{{"echo": "Bearer {CANARY}"}}'.encode(), {"X-Echo": CANARY})
    for name, key in (("echo", "token"), ("lines", "lines")):
        header = {"name": "Authorization", "prefix": "Bearer ", "secretRef": {"name": "ci", "key": key}}
        http = {"url": sink.url(), "headers": [header], "successWhen": "response.headers['x-echo'] == ''"}
        todos.create(name, http=http, serviceAccountName=account)
    assert "(hidden)" in todos.wait("echo", "Failed", "RequestRefused", timeout=30)["message"]
    assert todos.wait("lines", "Active", "InvalidSecret", timeout=30)["message"].startswith("key lines of Secret ci")
    assert sink.received[0].headers["authorization"] == f"Bearer {CANARY}"
    seen = {
        "todos": json.dumps(todos.all()),
        "events": kubectl(cluster, todos, "get", "events", "--output=json"),
        "log": operator.log.read_text(),
        "metrics": operator.exposition(),
    }
    assert [place for place, text in seen.items() if CANARY in text] == []
