"""`kubectl todo why` against the real API server: every kind of root."""

import json
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer
from tests.e2e.plugin.plugin_runner import Plugin
from tests.manifests import decisions_path
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

GUARD = "decisions do not count at present, it waits to be judged: a policy is not what was shipped"


@pytest.fixture
def todos(cluster: LocalCluster, namespace: str) -> Iterator[Todos]:
    """The Todos of the namespace; no operator runs, so a status is what the test writes."""
    found = Todos(cluster, namespace)
    yield found
    found.close()


def test_all_roots_of_a_chain(plugin: Plugin, todos: Todos) -> None:
    """Dependency, time, person, missing approver, suspended: each with what helps."""
    todos.create("deploy", depends_on=["gate", "gone"])
    todos.create("gate", depends_on=["task", "vote", "timer", "held"])
    todos.create("task", assignees=[{"kind": "Group", "name": "sre"}])
    todos.create("vote", approval={"minApprovals": 2, "approvers": [{"kind": "Group", "name": "sre"}]})
    todos.create("timer", wait={"duration": "3h"})
    todos.create("held", suspend=True)
    for name in ("deploy", "gate"):
        todos.put_status(name, phase="Pending", reason="WaitingForDependency", message="waits for others")
    todos.put_status("task", phase="Active", reason="AwaitingDecision", message="waits for group sre")
    todos.put_status("vote", phase="Active", reason="AwaitingDecision", message="has 1 of 2 approvals")
    todos.put_status(
        "timer", phase="Active", reason="Waiting", nextTransitionTime="2199-01-01T00:00:00Z", message="waits"
    )
    todos.put_status("held", phase="Pending", reason="Suspended", message="suspended by spec.suspend")

    code, out, err = plugin.todo("why", "deploy")

    assert (code, err) == (0, "")
    here = f"-n {plugin.namespace}"
    lines = out.splitlines()
    assert lines[:6] == [
        "deploy is Pending (WaitingForDependency): waits for others",
        "  gate is Pending (WaitingForDependency): waits for others",
        "    task is Active (AwaitingDecision): waits for group sre",
        f"    => person: kubectl todo complete task {here} (group:sre)",
        "    vote is Active (AwaitingDecision): has 1 of 2 approvals",
        f"    => missing approver: kubectl todo approve vote {here} (group:sre)",
    ]
    assert lines[6] == "    timer is Active (Waiting): waits"
    assert lines[7].startswith("    => time: goes on by itself in ")
    assert lines[8:] == [
        "    held is Pending (Suspended): suspended by spec.suspend",
        "    => suspended: set spec.suspend to false where it is kept",
        f"  there is no todo gone in namespace {plugin.namespace}",
        "  => missing dependency: create it, or take it out of spec.dependsOn",
    ]
    assert plugin.todo("why", "deploy", "-o", "name")[1].split() == [
        f"todo.todo.myapp.dev/{name}" for name in ("task", "vote", "timer", "held", "gone")
    ]
    assert [link["cause"] for link in json.loads(plugin.todo("why", "task", "-o", "json")[1])] == ["person"]


def test_decisions_that_wait_point_to_the_operator_or_the_guard(plugin: Plugin, todos: Todos) -> None:
    """Where a decision says nothing nobody judges it; where it says that the guard is not good, that is the cause."""
    todos.create("task")
    todos.put_status("task", phase="Active", reason="AwaitingDecision", message="waits for a person")
    assert "=> person" in plugin.todo("why", "task")[1]
    assert plugin.todo("complete", "task", "--timeout=0")[0] == 0

    assert "=> operator: a decision on it has not been judged yet" in plugin.todo("why", "task")[1]

    (decision,) = plugin.decisions()
    operator = ApiServer(plugin.cluster.kubeconfig("operator"))
    path = f"{decisions_path(plugin.namespace)}/{decision['metadata']['name']}/status"
    assert operator.patch(path, {"status": {"reason": "GuardNotProven", "message": GUARD}}).accepted
    operator.close()
    assert f"=> guard: {GUARD}" in plugin.todo("why", "task")[1]
