"""The commands by which docs/operations.md traces a decision do show who decided what (F10)."""

import json
import re
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

DOCUMENT = Path(__file__).parents[2] / "docs/operations.md"


@pytest.mark.usefixtures("operator")
def test_a_decision_can_be_traced(cluster: LocalCluster, todos: Todos) -> None:
    """In the Todo's status, among the decisions, and in the API server's audit log."""
    todos.create("approve-rollout")
    todos.wait("approve-rollout", "Active")
    decision = todos.decide(todos.get("approve-rollout"), user="oncall", message="error rate is flat")
    todos.judged(decision)

    template = re.search(r"kubectl get todo approve-rollout -o (jsonpath='[^']+')", DOCUMENT.read_text())
    assert template is not None
    shown = cluster.kubectl("get", "todo", "approve-rollout", "-n", todos.namespace, "-o", template[1].replace("'", ""))
    assert re.fullmatch(r"\S+Z oncall Complete error rate is flat\n", shown.stdout)
    listed = cluster.kubectl("get", "tododecisions", "-n", todos.namespace).stdout
    assert "Counted" in listed
    assert "oncall" in listed

    key = re.search(r"grep (\S+/decision) ", DOCUMENT.read_text())
    assert key is not None
    lines = [line for line in cluster.audit_log.read_text().splitlines() if key[1] in line and decision in line]
    (annotations,) = (json.loads(line)["annotations"] for line in lines)
    (told,) = (value for name, value in annotations.items() if name.endswith(key[1]))
    assert told.startswith(f"oncall Complete Todo {todos.namespace}/approve-rollout (uid ")


@pytest.mark.usefixtures("operator")
def test_events_are_shown_by_the_documented_command(cluster: LocalCluster, todos: Todos) -> None:
    """What went wrong with one Todo."""
    todos.create("approve-rollout", timeout="1s")
    todos.wait("approve-rollout", "Failed", "TimedOut")
    assert "kubectl events --for todo/approve-rollout" in DOCUMENT.read_text()
    todos.wait_until("approve-rollout", lambda _: "TimedOut" in _events(cluster, todos.namespace), "told by an Event")


def _events(cluster: LocalCluster, namespace: str) -> str:
    return cluster.kubectl("events", "--for", "todo/approve-rollout", "-n", namespace).stdout
