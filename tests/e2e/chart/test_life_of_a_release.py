"""A release on a real node, from install to reinstall, while Todos come in: none is lost, and none done twice."""

import pytest

from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from tests.e2e.chart.node_release import NodeRelease
from tests.e2e.chart.todo_stream import TodoStream
from tests.running_operator.audited_writes import AuditedWrites

pytestmark = [pytest.mark.node, pytest.mark.long, pytest.mark.timeout(1200)]

VALUES = {"redis": {"mode": "bundled"}, "networkPolicy": {"enabled": True}}


def test_d12_d13_todos_go_on_through_every_step(release: NodeRelease) -> None:
    """Install, upgrade, rollback, uninstall and reinstall, with two replicas and Redis, in a restricted namespace.

    The three commands that the notes of the install tell next work as they are told.
    """
    installed = release.install(VALUES)
    assert f"todos.todo.myapp.dev: revision {TODO_DEFINITION.revision} is there already" in installed.stderr
    pods = release.objects("pods")
    assert sorted(pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in pods) == [
        "operator",
        "operator",
        "redis",
    ]
    (password,) = [secret["data"] for secret in release.objects("secrets") if secret["type"] == "Opaque"]
    assert "succeeded" in release.run_what_the_notes_say(installed)

    stream = TodoStream(release.cluster, release.namespace)
    with stream.running():
        release.upgrade({**VALUES, "podAnnotations": {"generation": "second"}, "settings": {"logLevel": "DEBUG"}})
        assert [data["data"] for data in release.objects("secrets") if data["type"] == "Opaque"] == [password]
        release.rollback(1)
        release.uninstall()
        release.wait_until_no_pods()
        assert release.objects("deployments,statefulsets,jobs,services,poddisruptionbudgets") == []
        release.install(VALUES)

    ended = stream.ended()
    assert len(stream.created) > 20
    assert set(stream.created) <= ended.keys()
    assert {todo["status"]["phase"] for todo in ended.values()} == {"Succeeded"}
    account = f"system:serviceaccount:{release.namespace}:live-myapp"
    writes = AuditedWrites(release.cluster.audit_log, release.namespace, account).per_object()
    assert {name: writes[name] for name in stream.created if not 1 <= writes[name] <= 2} == {}

    release.uninstall()
    release.cluster.kubectl("delete", "todos", "--all", "-n", release.namespace, "--timeout=60s")
