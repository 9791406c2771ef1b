"""Objects that no schema of ours would let in, among healthy ones: stored before a rule, or by another version."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local import ClusterOptions, LocalCluster
from deploy.local.established import wait_until_established
from deploy.local.layout import CRDS
from tests.api_server import ApiServer, JsonObject
from tests.manifests import API_VERSION, decisions_path, todo_manifest, todos_path
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos, holds

# One worker runs them all: their cluster is a second control plane.
pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("poison")]

HEALTHY = 100

SPECS: dict[str, Any] = {
    "null-spec": None,
    "no-spec": ...,
    "text-spec": "do it",
    "list-spec": [1, 2],
    "empty-spec": {},
    "content-number": {"content": 7},
    "content-blank": {"content": "  "},
    "content-null": {"content": None},
    "priority-text": {"content": "x", "priority": "high"},
    "priority-huge": {"content": "x", "priority": 10**15},
    "priority-float": {"content": "x", "priority": 1.5},
    "tags-text": {"content": "x", "tags": "a,b"},
    "tags-nested": {"content": "x", "tags": [["a"]]},
    "assignee-text": {"content": "x", "assignees": ["me"]},
    "assignee-kind": {"content": "x", "assignees": [{"kind": "Robot", "name": "r"}]},
    "depends-map": {"content": "x", "dependsOn": {"name": "a"}},
    "depends-text": {"content": "x", "dependsOn": ["a"]},
    "depends-number": {"content": "x", "dependsOn": [{"name": 1}]},
    "depends-phase": {"content": "x", "dependsOn": [{"name": "a", "on": ["Exploded"]}]},
    "depends-self": {"content": "x", "dependsOn": [{"name": "spec-depends-self"}]},
    "start-text": {"content": "x", "startTime": "tomorrow"},
    "start-number": {"content": "x", "startTime": 1700000000},
    "start-no-zone": {"content": "x", "startTime": "2026-12-01T08:00:00"},
    "start-year-0": {"content": "x", "startTime": "0000-01-01T00:00:00Z"},
    "due-february": {"content": "x", "dueTime": "2026-02-31T00:00:00Z"},
    "due-first": {"content": "x", "startTime": "2026-12-01T08:00:00Z", "dueTime": "2026-11-01T08:00:00Z"},
    "timeout-word": {"content": "x", "timeout": "soon"},
    "timeout-days": {"content": "x", "timeout": "3d"},
    "timeout-number": {"content": "x", "timeout": 3},
    "timeout-negative": {"content": "x", "timeout": "-3s"},
    "timeout-huge": {"content": "x", "timeout": "99999999999999h"},
    "on-timeout": {"content": "x", "onTimeout": "Explode"},
    "suspend-text": {"content": "x", "suspend": "yes"},
    "suspend-number": {"content": "x", "suspend": 1},
    "readiness": {"content": "x", "readiness": "Someday"},
    "ttl-list": {"content": "x", "ttlAfterFinished": ["1h"]},
    "two-actions": {"content": "x", "manual": {}, "wait": {"duration": "0s"}},
    "wait-empty": {"content": "x", "wait": {}},
    "wait-both": {"content": "x", "wait": {"duration": "1s", "until": "2026-12-01T08:00:00Z"}},
    "wait-text": {"content": "x", "wait": "1s"},
}
STATUSES: dict[str, Any] = {
    "future-phase": {"phase": "Exploded", "observedGeneration": 1},
    "future-reason": {"phase": "Active", "reason": "FromTheFuture", "observedGeneration": 1},
    "number-phase": {"phase": 7},
    "text-generation": {"observedGeneration": "one", "phase": "Active"},
    "conditions-map": {"phase": "Active", "conditions": {"Ready": True}},
    "condition-short": {"phase": "Active", "conditions": [{"type": "Ready"}]},
    "decisions-text": {"phase": "Succeeded", "decisions": "many"},
    "future-action": {
        "phase": "Active",
        "decisions": [{"uid": "1", "action": "Teleport", "username": "u", "time": "2026-12-01T08:00:00Z"}],
    },
    "start-text": {"phase": "Active", "startTime": "today"},
    "suspended-word": {"phase": "Active", "suspendedFor": "long"},
}
DECISIONS: dict[str, Any] = {
    "null-spec": None,
    "text-spec": "Complete it",
    "text-target": {"target": "healthy-0", "action": "Complete", "user": {"username": "oncall"}},
    "list-target": {"target": ["healthy-0"], "action": "Complete"},
    "future-action": {"target": {"kind": "Todo", "name": "healthy-0", "uid": "1"}, "action": "Teleport"},
    "number-user": {"target": {"kind": "Todo", "name": "healthy-0", "uid": "1"}, "action": "Complete", "user": 7},
}


@pytest.fixture(scope="module")
def permissive_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A cluster of its own, whose CRDs let anything in: the shared one must keep its rules."""
    folder = tmp_path_factory.mktemp("permissive")
    with LocalCluster.start(ClusterOptions(name=f"poison-{os.getpid()}")) as cluster:
        for source in CRDS.glob("*.yaml"):
            crd = yaml.safe_load(source.read_text(encoding="utf-8"))
            for version in crd["spec"]["versions"]:
                version["schema"]["openAPIV3Schema"] = {
                    "type": "object",
                    "x-kubernetes-preserve-unknown-fields": True,
                }
                version.pop("selectableFields", None)
                version.pop("additionalPrinterColumns", None)
            (folder / source.name).write_text(yaml.safe_dump(crd), encoding="utf-8")
        cluster.kubectl("apply", "-f", str(folder))
        wait_until_established(cluster, f"--filename={folder}")
        yield cluster


@pytest.fixture
def server(permissive_cluster: LocalCluster) -> Iterator[ApiServer]:
    """The permissive API server, as admin."""
    server = ApiServer(permissive_cluster.kubeconfig())
    yield server
    server.close()


def test_poisonous_todos_cost_the_healthy_nothing(
    permissive_cluster: LocalCluster, server: ApiServer, tmp_path: Path
) -> None:
    """100 healthy todos succeed beside 50 poisonous ones: a bad spec is refused, a bad status is never written over."""
    namespace = _new_namespace(permissive_cluster, "todos")
    for name, spec in SPECS.items():
        _create(server, todos_path(namespace), _bare("Todo", f"spec-{name}", spec))
    for name, status in STATUSES.items():
        _create(server, todos_path(namespace), todo_manifest(f"status-{name}", wait={"duration": "0s"}))
        patched = server.patch(f"{todos_path(namespace)}/status-{name}/status", {"status": status})
        assert patched.accepted, patched.message
    log = tmp_path / "operator.log"
    todos = Todos(permissive_cluster, namespace)
    with OperatorProcess(permissive_cluster.kubeconfig("operator"), log, [namespace]) as operator:
        for number in range(HEALTHY):
            todos.create(f"healthy-{number}", wait={"duration": "0s"})
        _wait_until_settled(todos)
        assert operator.alive
        assert operator.healthy().passed
        audited = AuditedWrites(permissive_cluster.audit_log, namespace)
        audited.settled(seconds=2)
        written = audited.per_object()
    todos.close()
    assert not [name for name in written if name.startswith("status-")]
    assert {written[f"spec-{name}"] for name in SPECS} == {1}
    assert {written[f"healthy-{number}"] for number in range(HEALTHY)} == {1}
    assert "Traceback" not in log.read_text()


def test_poisonous_decisions_are_refused_and_harm_nobody(
    permissive_cluster: LocalCluster, server: ApiServer, tmp_path: Path
) -> None:
    """Whether they are there at the start or come later, the operator lives, refuses them, and serves others."""
    namespace = _new_namespace(permissive_cluster, "decisions")
    log = tmp_path / "operator.log"
    todos = Todos(permissive_cluster, namespace)
    for name, spec in DECISIONS.items():
        _create(server, decisions_path(namespace), _bare("TodoDecision", f"early-{name}", spec))
    with OperatorProcess(permissive_cluster.kubeconfig("operator"), log, [namespace]) as operator:
        for name, spec in DECISIONS.items():
            _create(server, decisions_path(namespace), _bare("TodoDecision", f"late-{name}", spec))
        todos.create("healthy", wait={"duration": "0s"})
        todos.wait("healthy", "Succeeded")
        for name in DECISIONS:
            for when in ("early", "late"):
                answer = todos.judged(f"{when}-{name}")
                assert (answer["outcome"], answer["reason"]) == ("Refused", "InvalidDecision")
        assert operator.alive
    todos.close()
    assert "Traceback" not in log.read_text()


def _new_namespace(cluster: LocalCluster, purpose: str) -> str:
    cluster.kubectl("create", "namespace", f"poisoned-{purpose}")
    return f"poisoned-{purpose}"


def _wait_until_settled(todos: Todos) -> None:
    give_up = time.monotonic() + 30
    while wrong := _not_settled(todos.all()):
        assert time.monotonic() < give_up, f"{len(wrong)} are not as they should be: {dict(list(wrong.items())[:5])}"
        time.sleep(0.3)


def _not_settled(found: dict[str, JsonObject]) -> dict[str, JsonObject]:
    statuses = {name: todo.get("status") or {} for name, todo in found.items()}
    return {
        name: status
        for name, status in statuses.items()
        if (name.startswith("healthy-") and status.get("phase") != "Succeeded")
        or (name.startswith("spec-") and not (status.get("reason") == "InvalidSpec" and holds(status, "Stalled")))
    }


def _create(server: ApiServer, path: str, manifest: JsonObject) -> None:
    created = server.create(path, manifest)
    assert created.accepted, f"{manifest}: {created.message}"


def _bare(kind: str, name: str, spec: object) -> JsonObject:
    manifest: JsonObject = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}}
    return manifest if spec is ... else {**manifest, "spec": spec}
