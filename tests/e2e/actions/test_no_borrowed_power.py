"""Who may only create Todos gains nothing by any action; and what a Secret holds is seen nowhere, Redis included."""

import base64
import json
from pathlib import Path

import pytest
from redis import Redis

from deploy.local import LocalCluster
from deploy.local.redis_server import RedisServer
from tests.api_server import ApiServer, JsonObject
from tests.e2e.actions.manifests import config_map, identity
from tests.http_sink import HttpSink, Reply
from tests.manifests import todo_manifest, todos_path
from tests.running_operator.automation import ACCOUNT, allow_automation
from tests.running_operator.jobs import TEMPLATE
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

CANARY = "c4n4ry-5d1e7b"
#: More than memory keeps, so that the others go to Redis.
ROOM = 100
SECRET = {"name": "token", "secretRef": {"name": "ci", "key": "token"}}
ENVIRONMENT = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "ci", "key": "token"}}}
WITH_SECRET: JsonObject = {
    "spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox", "env": [ENVIRONMENT]}]}}}
}


def actions(url: str) -> dict[str, JsonObject]:
    """Every action that machines carry out, in what it could be used for."""
    secret = identity("v1", "Secret", "ci")
    return {
        "job": {"job": {"template": TEMPLATE}},
        "job-with-secret": {"job": {"template": WITH_SECRET}},
        "apply": {"resource": {"operation": "Apply", "manifest": config_map("a")}},
        "patch": {"resource": {"operation": "Patch", "manifest": config_map("a", colour="red")}},
        "delete": {"resource": {"operation": "Delete", "manifest": identity("v1", "ConfigMap", "a")}},
        "wait": {"resource": {"operation": "Wait", "manifest": secret, "successWhen": "has(object.data)"}},
        "http": {"http": {"url": url, "headers": [SECRET]}},
        "http-ca": {"http": {"url": "https://127.0.0.1:1/", "caSecretRef": {"name": "ci", "key": "token"}}},
    }


def test_who_may_only_create_todos_gains_nothing(
    cluster: LocalCluster, namespace: str, todos: Todos, tmp_path: Path
) -> None:
    """They may name no account, the default one included; one that others let have no rights can do nothing either."""
    allow_automation(cluster, namespace)
    cluster.kubectl("create", "secret", "generic", "ci", f"--namespace={namespace}", f"--from-literal=token={CANARY}")
    developer = ApiServer(cluster.kubeconfig("developer"))
    settings = {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}
    log = tmp_path / "operator.log"
    with HttpSink() as sink, OperatorProcess(cluster.kubeconfig("operator"), log, [namespace], settings):
        table = {**actions(sink.url()), "http-plain": {"http": {"url": sink.url()}}}
        for name, spec in table.items():
            for account in ({}, {"serviceAccountName": ACCOUNT}, {"suspend": True}):
                refused = developer.create(todos_path(namespace), todo_manifest(name, **spec, **account))
                assert f"may not write a Todo whose action {next(iter(spec))}" in refused.message, name
        developer.close()
        for name, spec in actions(sink.url()).items():
            todos.create(name, **spec)
        for name in actions(sink.url()):
            message = todos.wait(name, "Active", "Forbidden", timeout=30)["message"]
            assert "default" in message, name
        assert sink.received == []
    for kind in ("jobs", "configmaps/a"):
        assert cluster.kubectl("get", kind, f"--namespace={namespace}", "-o", "name", check=False).stdout == ""


@pytest.mark.long
@pytest.mark.usefixtures("account")
def test_a_secret_is_seen_nowhere(cluster: LocalCluster, namespace: str, todos: Todos, tmp_path: Path) -> None:
    """Not in a status, an Event, the log, a metric or Redis, which has all of the Todos here."""
    cluster.kubectl("create", "secret", "generic", "ci", f"--namespace={namespace}", f"--from-literal=token={CANARY}")
    retry = {"maxAttempts": 2, "on": ["Failure"], "backoff": {"initial": "5m"}}
    with RedisServer() as server, HttpSink() as sink, Redis.from_url(server.url) as cache:
        settings = {
            "MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32",
            "MYAPP_REDIS_URL": server.url,
            "MYAPP_RECENT_TODOS": str(ROOM),
            "MYAPP_LOG_LEVEL": "DEBUG",
        }
        log = tmp_path / "operator.log"
        with OperatorProcess(cluster.kubeconfig("operator"), log, [namespace], settings) as operator:
            sink.reply = Reply(403, json.dumps({"got": CANARY}).encode(), {"X-Got": CANARY})
            echo = {"url": sink.url(), "headers": [SECRET]}
            secret = identity("v1", "Secret", "ci")
            never = "object.data.token == 'x'"
            specs: dict[str, JsonObject] = {
                "echo": {"http": echo, "retry": retry},
                "poll": {"http": {**echo, "pollInterval": "1s", "successWhen": "response.json.got == 1"}},
                "wait": {"resource": {"operation": "Wait", "manifest": secret, "successWhen": never}},
                "build": {"job": {"template": WITH_SECRET}},
            }
            for name, spec in specs.items():
                todos.create(name, serviceAccountName=ACCOUNT, **spec)
            assert "(hidden)" in todos.wait("echo", "Active", "BackingOff", timeout=30)["message"]
            todos.wait("poll", "Active", "Polling", timeout=30)
            todos.wait("wait", "Active", "WaitingForObject", timeout=60)
            todos.wait("build", "Active", "Running", timeout=30)
            for number in range(ROOM + 20):
                todos.create(f"other-{number}")
            todos.wait_for_all("Active", timeout=120)
            kept = [str(cache.get(key)) for key in cache.scan_iter()]
            seen = {
                "todos": json.dumps(todos.all()),
                "events": cluster.kubectl("get", "events", f"--namespace={namespace}", "-o", "json").stdout,
                "log": log.read_text(),
                "metrics": operator.exposition(),
                "redis": "".join(kept),
            }
    assert any("echo" in entry for entry in kept), "Redis has what memory has no room for"
    for canary in (CANARY, base64.b64encode(CANARY.encode()).decode().rstrip("=")):
        assert [place for place, text in seen.items() if canary in text] == []
