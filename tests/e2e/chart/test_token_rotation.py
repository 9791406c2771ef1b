"""The kubelet replaces a pod's token before it ends; the operator goes over to the new one without being refused once.

With tokens of ten minutes, the shortest that the API server gives, and for an hour: each pod gets through six of them.
"""

import json
import time
from contextlib import closing
from http import HTTPStatus

import pytest

from deploy.local import LocalCluster
from deploy.local.api_connection import connect
from deploy.local.identities import PIPELINE
from tests.api_server import JsonObject
from tests.e2e.chart.node_release import NodeRelease
from tests.e2e.chart.todo_stream import TodoStream

TOKEN_SECONDS = 600
HOUR = 3600.0
PAUSE = 20.0

pytestmark = [pytest.mark.node, pytest.mark.long, pytest.mark.timeout(HOUR + 900)]

TODOS = "/apis/todo.myapp.dev/v1alpha1/todos"
CREDENTIAL = "authentication.kubernetes.io/credential-id"
FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


def _short_lived_tokens() -> JsonObject:
    """What the kubelet mounts by itself, but for how long the token is good."""
    sources = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": TOKEN_SECONDS}},
        {"configMap": {"name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]
    mount = {"name": "short-lived", "mountPath": FOLDER, "readOnly": True}
    pod = {
        "automountServiceAccountToken": False,
        "containers": [{"name": "operator", "volumeMounts": [mount]}],
        "volumes": [{"name": "short-lived", "projected": {"sources": sources}}],
    }
    return {"spec": {"template": {"spec": pod}}}


class _Answers:
    """What the API server has answered since a moment, by its audit log."""

    def __init__(self, cluster: LocalCluster) -> None:
        self._log = cluster.audit_log
        self._begin = self._log.stat().st_size

    def refused(self) -> list[str]:
        """What was asked for with a token that is none, or none any more."""
        unauthorized = HTTPStatus.UNAUTHORIZED
        return [event["requestURI"] for event in self._events() if event["responseStatus"]["code"] == unauthorized]

    def tokens_of(self, username: str) -> set[str]:
        """The different tokens with which this user came."""
        users = [event["user"] for event in self._events()]
        return {user["extra"][CREDENTIAL][0] for user in users if user.get("username") == username}

    def _events(self) -> list[JsonObject]:
        with self._log.open("rb") as log:
            log.seek(self._begin)
            return [event for line in log if line.endswith(b"\n") and "responseStatus" in (event := json.loads(line))]


def _send_a_forged_token(cluster: LocalCluster) -> None:
    connection, _ = connect(cluster.kubeconfig(PIPELINE.name), timeout=10.0)
    with closing(connection):
        connection.request("GET", TODOS, headers={"Authorization": "Bearer forged"})
        assert connection.getresponse().status == HTTPStatus.UNAUTHORIZED


def _running_pods(release: NodeRelease) -> set[str]:
    pods = [pod["metadata"] for pod in release.objects("pods")]
    return {pod["uid"] for pod in pods if "deletionTimestamp" not in pod}


def test_r27_no_401_reaches_a_todo(release: NodeRelease) -> None:
    """Todos come in for an hour: each ends as it should, and the API server has refused nobody for an old token."""
    cluster, namespace, deployment = release.cluster, release.namespace, f"deployment/{release.name}-myapp"
    release.install({})
    cluster.kubectl("patch", deployment, "-n", namespace, f"--patch={json.dumps(_short_lived_tokens())}")
    cluster.kubectl("rollout", "status", deployment, "-n", namespace, "--timeout=180s", timeout=200)
    pods, answers = _running_pods(release), _Answers(cluster)

    stream = TodoStream(cluster, namespace, PAUSE)
    with stream.running():
        time.sleep(HOUR)

    ended = stream.ended()
    assert len(stream.created) > HOUR / PAUSE
    assert {ended[name]["status"]["phase"] for name in stream.created} == {"Succeeded"}
    assert _running_pods(release) == pods
    assert answers.refused() == []
    account = f"system:serviceaccount:{namespace}:{release.name}-myapp"
    assert len(answers.tokens_of(account)) >= HOUR / TOKEN_SECONDS  # those of the leader

    _send_a_forged_token(cluster)
    assert answers.refused() == [TODOS]  # who is refused is told there
