"""What is wrong around an action is told within 30 s, is not asked for all the time, and mends by itself.

Nobody touches a Todo here: the cause goes away, and the Todo goes on. Beside this, `test_resource_rights`,
`test_dry_run`, `test_job_on_node` and `tests/e2e/http` have their share of the same.
"""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from deploy.local.certificates import CertificateAuthority
from tests.api_server import JsonObject
from tests.e2e.actions.admission_webhook import NOBODY_LISTENS, denying_webhook, installed
from tests.e2e.actions.audited_requests import AuditedRequests
from tests.e2e.actions.manifests import config_map, on_object
from tests.http_sink import HttpSink, Reply, tls_context
from tests.running_operator.automation import ACCOUNT
from tests.running_operator.fixtures import show_log
from tests.running_operator.jobs import TEMPLATE
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long, pytest.mark.timeout(240)]

#: The issue's promise.
PROMPT = 30.0
#: What is held is tried again after 1, 2, 4 ... seconds.
RECOVERY = 90.0
JOB: JsonObject = {"serviceAccountName": ACCOUNT, "job": {"template": TEMPLATE}}


@pytest.fixture
def operator(
    cluster: LocalCluster, namespace: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """Running, and allowed to send to this machine."""
    settings = {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}
    process = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], settings)
    show_log(request.node, process)
    with process:
        yield process


@pytest.mark.usefixtures("operator", "account")
def test_webhook_that_denies(cluster: LocalCluster, todos: Todos, tmp_path: Path) -> None:
    """Its own words are passed on; both go on when it is gone."""
    specs = {"build": JOB, "settings": on_object("Apply", config_map("settings"))}
    with (
        denying_webhook(tmp_path, "not on a friday") as (url, authority),
        installed(cluster, todos.namespace, url, authority),
    ):
        for name, spec in specs.items():
            todos.create(name, **spec)
            message = todos.wait(name, "Active", "AdmissionRefused", timeout=PROMPT)["message"]
            assert 'webhook "gate.example.dev" denied the request: not on a friday' in message
    todos.wait("build", "Active", "Running", timeout=RECOVERY)
    assert todos.wait("settings", "Succeeded", timeout=RECOVERY)["attempt"] == 1


@pytest.mark.usefixtures("operator", "account")
def test_webhook_that_is_down(cluster: LocalCluster, todos: Todos) -> None:
    """Told apart from an API server that is: its name is in the message."""
    with installed(cluster, todos.namespace, NOBODY_LISTENS, CertificateAuthority().certificate):
        todos.create("build", **JOB)
        todos.create("settings", **on_object("Apply", config_map("settings")))
        for name in ("build", "settings"):
            message = todos.wait(name, "Active", "AdmissionRefused", timeout=PROMPT)["message"]
            assert 'failed calling webhook "gate.example.dev"' in message
    todos.wait("build", "Active", "Running", timeout=RECOVERY)
    assert todos.wait("settings", "Succeeded", timeout=RECOVERY)["attempt"] == 1


@pytest.mark.usefixtures("operator", "account")
def test_jobs_that_are_not_accepted(cluster: LocalCluster, todos: Todos) -> None:
    """A template that is none fails for good; a right and a quota are waited for, without a hot loop."""
    namespace = f"--namespace={todos.namespace}"
    cluster.kubectl("create", "quota", "none", namespace, "--hard=count/jobs.batch=0")
    todos.create(
        "template", job={"template": {"spec": {**TEMPLATE["spec"], "backofLimit": 1}}}, serviceAccountName=ACCOUNT
    )
    todos.create("right", job={"template": TEMPLATE}, serviceAccountName="nobody")
    todos.create("quota", **JOB)
    assert "backofLimit" in todos.wait("template", "Failed", "InvalidTemplate", timeout=PROMPT)["message"]
    assert (
        "service account nobody has no right" in todos.wait("right", "Active", "Forbidden", timeout=PROMPT)["message"]
    )
    assert "exceeded quota: none" in todos.wait("quota", "Active", "QuotaExceeded", timeout=PROMPT)["message"]
    requests = AuditedRequests(cluster.audit_log, todos.namespace)
    time.sleep(12)
    tries = [made for made in requests.of("jobs") if made.verb == "create" and made.acting_as.endswith(":nobody")]
    assert 2 <= len(tries) <= 6, "after 1, 2, 4, 8, 16 seconds"
    cluster.kubectl("delete", "quota", "none", namespace)
    cluster.kubectl("create", "serviceaccount", "nobody", namespace)
    subject = f"--serviceaccount={todos.namespace}:nobody"
    cluster.kubectl("create", "rolebinding", "nobody", namespace, "--clusterrole=edit", subject)
    for name in ("right", "quota"):
        assert todos.wait(name, "Active", "Running", timeout=RECOVERY)["attempt"] == 1


@pytest.mark.usefixtures("operator", "account")
def test_namespace_that_is_going_away(cluster: LocalCluster, todos: Todos) -> None:
    """It is said, so is that it has gone, and the Todo goes on when there is one of that name again."""
    other = f"other-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("create", "namespace", other)
    kept = {**config_map("kept"), "metadata": {"name": "kept", "namespace": other, "finalizers": ["example.com/kept"]}}
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(kept))
    cluster.kubectl("delete", "namespace", other, "--wait=false")
    subject = f"--serviceaccount={todos.namespace}:{ACCOUNT}"
    binding = f"{todos.namespace}-all"
    cluster.kubectl("create", "clusterrolebinding", binding, "--clusterrole=cluster-admin", subject)
    try:
        manifest = {**config_map("settings"), "metadata": {"name": "settings", "namespace": other}}
        todos.create("settings", **on_object("Apply", manifest))
        message = todos.wait("settings", "Active", "NamespaceTerminating", timeout=PROMPT)["message"]
        assert f"namespace {other} because it is being terminated" in message
        change = json.dumps({"metadata": {"finalizers": None}})
        cluster.kubectl("patch", "configmap", "kept", f"--namespace={other}", "--type=merge", "--patch", change)
        message = todos.wait("settings", "Active", "ObjectNotFound", timeout=RECOVERY)["message"]
        assert message == f"there is no namespace {other}"
        cluster.kubectl("create", "namespace", other)
        assert todos.wait("settings", "Succeeded", timeout=RECOVERY)["attempt"] == 1
    finally:
        cluster.kubectl("delete", "clusterrolebinding", binding)
        cluster.kubectl("delete", "namespace", other, "--wait=false", "--ignore-not-found")


@pytest.mark.usefixtures("operator")
def test_receivers_that_answer_badly(todos: Todos, account: str) -> None:
    """A body that never ends, one that is no HTTP, a busy server: each with its reason, each recovered by a retry."""
    ends: dict[str, tuple[Reply, str, JsonObject]] = {
        "drip": (Reply(body=b"x" * 500, pause=0.1), "RequestTimedOut", {"timeout": "1s"}),
        "raw": (Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"), "InvalidResponse", {}),
        "busy": (Reply(429), "ServerError", {}),
        "broken": (Reply(502), "ServerError", {}),
        "cut": (Reply(hang_up=True), "ConnectionFailed", {"method": "PUT"}),
        "huge": (Reply(body=b"x" * 300_000), "ResponseTooLarge", {"successWhen": "true"}),
        "text": (Reply(body=b"<p>"), "ConditionNotMet", {"successWhen": "response.json.ok"}),
        "loop": (Reply(302, headers={"Location": "/"}), "RedirectRefused", {}),
    }
    retry = {"maxAttempts": 3, "on": ["Error", "Failure"], "backoff": {"initial": "8s", "factor": 1, "jitter": 0}}
    sinks = {name: HttpSink() for name in ends}
    for name, (reply, _, fields) in ends.items():
        sinks[name].reply = reply
        sinks[name].__enter__()
        todos.create(name, http={"url": sinks[name].url(), **fields}, serviceAccountName=account, retry=retry)
    try:
        for name, (_, reason, _) in ends.items():
            status = todos.wait(name, "Active", "BackingOff", timeout=PROMPT)
            assert status["attempts"][0]["reason"] == reason, status
        for sink in sinks.values():
            sink.reply = Reply(body=b'{"ok": true}')
        for name in ends:
            assert 2 <= todos.wait(name, "Succeeded", timeout=RECOVERY)["attempt"] <= 3
    finally:
        for sink in sinks.values():
            sink.__exit__(None, None, None)


@pytest.mark.usefixtures("operator")
def test_certificate_that_is_trusted_later(
    *, cluster: LocalCluster, todos: Todos, account: str, tmp_path: Path
) -> None:
    """The Secret with the authority is mended, and the request that is repeated reads it again."""
    authority, other = CertificateAuthority(), CertificateAuthority()
    for name, found in {"right": authority, "wrong": other}.items():
        (tmp_path / name).write_bytes(found.certificate)
    namespace = f"--namespace={todos.namespace}"
    cluster.kubectl("create", "secret", "generic", "ca", namespace, f"--from-file=ca.crt={tmp_path / 'wrong'}")
    with HttpSink(tls_context(authority, tmp_path)) as sink:
        http = {"url": sink.url(), "pollInterval": "1s", "caSecretRef": {"name": "ca", "key": "ca.crt"}}
        todos.create("secure", http=http, serviceAccountName=account)
        assert "is not trusted" in todos.wait("secure", "Active", "Polling", timeout=PROMPT)["message"]
        change = json.dumps({"stringData": {"ca.crt": (tmp_path / "right").read_text()}})
        cluster.kubectl("patch", "secret", "ca", namespace, "--patch", change)
        assert todos.wait("secure", "Succeeded", timeout=RECOVERY)["attempt"] == 1
