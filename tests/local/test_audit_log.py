"""The audit log: who did what, as the write budgets need it."""

import json
import time
from typing import Any

import pytest

from deploy.local import LocalCluster

pytestmark = pytest.mark.cluster

TODO = """\
apiVersion: todo.myapp.dev/v1alpha1
kind: Todo
metadata:
  name: {name}
spec:
  content: written down in the audit log
"""


def test_writes_of_todos_are_in_the_audit_log(cluster: LocalCluster, namespace: str) -> None:
    """Every write of a todo is one complete line, refused ones too; reads of other kinds are not logged."""
    cluster.kubectl("create", "-n", namespace, "-f", "-", stdin=TODO.format(name="seen"), user="pipeline")
    cluster.kubectl("create", "-n", namespace, "-f", "-", stdin=TODO.format(name="refused"), user="oncall", check=False)
    cluster.kubectl("get", "configmaps", "-n", namespace)
    cluster.kubectl("delete", "todo", "seen", "-n", namespace, "--wait=false")

    entries = _entries(cluster, namespace)
    writes = [
        (entry["user"]["username"], entry["verb"], entry["objectRef"]["resource"], entry["responseStatus"]["code"])
        for entry in entries
        if entry["verb"] in ("create", "update", "patch", "delete")
    ]
    assert writes == [
        ("system:serviceaccount:gitops:pipeline", "create", "todos", 201),
        ("oncall", "create", "todos", 403),
        ("admin", "delete", "todos", 200),
    ]
    assert {entry["objectRef"]["resource"] for entry in entries} == {"todos"}
    assert all(entry["level"] == "Metadata" and entry["stage"] != "RequestReceived" for entry in entries)


def _entries(cluster: LocalCluster, namespace: str) -> list[dict[str, Any]]:
    # The server writes a line after it has answered: wait for the line of the last request.
    deadline = time.monotonic() + 10
    while True:
        # Not splitlines(): names and messages may hold other line separators, which JSON does not escape. The last line
        # may still be on its way.
        with cluster.audit_log.open(encoding="utf-8") as lines:
            parsed = [json.loads(line) for line in lines if line.endswith("\n")]
        entries = [entry for entry in parsed if entry.get("objectRef", {}).get("namespace") == namespace]
        if any(entry["verb"] == "delete" for entry in entries) or time.monotonic() > deadline:
            return entries
        time.sleep(0.05)
