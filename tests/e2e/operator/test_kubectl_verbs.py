"""What people see and do with kubectl while the operator works."""

from collections.abc import Callable

import pytest

from tests.e2e.operator.kubectl_user import KubectlUser
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

AsUser = Callable[[str], KubectlUser]


def test_a_developer_applies_and_oncall_completes(as_user: AsUser, todos: Todos) -> None:
    """From apply to the end: columns, wait for Complete, and the act of a person as seen by kubectl."""
    developer, oncall = as_user("developer"), as_user("oncall")
    sre = [{"kind": "Group", "name": "sre"}]
    developer.apply(
        manifest("build", content="Build the image\nwith all its layers", wait={"duration": "0s"}),
        manifest("approve", content="Approve the rollout", depends_on=["build"], assignees=sre),
        manifest("rollout", content="Roll out", depends_on=["approve"], wait={"duration": "0s"}),
    )
    developer.run("wait", "todo/build", "--for=condition=Complete", "--timeout=20s")
    oncall.run("wait", "todo/approve", "--for=jsonpath={.status.phase}=Active", "--timeout=20s")
    header, *rows = oncall.run("get", "td").stdout.splitlines()
    assert header.split() == ["NAME", "PHASE", "REASON", "TITLE", "ASSIGNEE", "DUE", "ATTEMPT", "AGE"]
    shown = {row.split()[0]: row.split()[1:3] for row in rows}
    assert shown == {
        "approve": ["Active", "AwaitingDecision"],
        "build": ["Succeeded", "Completed"],
        "rollout": ["Pending", "WaitingForDependency"],
    }
    assert "waits for group sre to complete it" in oncall.run("get", "todo", "approve", "-o", "wide").stdout
    assert oncall.run("get", "todos", "--field-selector=status.phase=Active", "-o", "name").stdout.split() == [
        "todo.todo.myapp.dev/approve"
    ]
    todos.decide(todos.get("approve"), message="looks good")
    oncall.run("wait", "todo/rollout", "todo/approve", "--for=condition=Complete", "--timeout=20s")
    decision = todos.status("approve")["decisions"][0]
    assert (decision["username"], decision["action"], decision["message"]) == ("oncall", "Complete", "looks good")


def test_a_failure_is_waited_for_and_described(as_user: AsUser) -> None:
    """kubectl wait --for=condition=Failed returns, and describe shows the reason and the Event."""
    developer = as_user("developer")
    developer.apply(manifest("late", content="Never done", timeout="300ms"))
    developer.run("wait", "todo/late", "--for=condition=Failed", "--timeout=20s")
    admin = as_user("admin")
    admin.run("wait", "event", "--all", "--for=jsonpath={.reason}=TimedOut", "--timeout=10s")
    described = admin.run("describe", "todo", "late").stdout
    events = described.partition("Events:")[2]
    assert "TimedOut" in events
    assert "Warning" in events
    assert "timed out at" in events
    assert "Phase:" in described


def test_the_same_name_again_is_another_todo(as_user: AsUser, todos: Todos) -> None:
    """After delete and apply nothing of the old object's state, decisions or answers applies to the new one."""
    developer = as_user("developer")
    gate = manifest("gate", content="Open the gate", timeout="1h")
    developer.apply(gate)
    todos.wait("gate", "Active")
    old = todos.get("gate")
    todos.judged(todos.decide(old))
    developer.run("wait", "todo/gate", "--for=condition=Complete", "--timeout=20s")
    developer.run("delete", "todo", "gate")
    developer.apply(gate)
    status = todos.wait("gate", "Active", "AwaitingDecision")
    assert "decisions" not in status
    assert "completionTime" not in status
    assert todos.get("gate")["metadata"]["uid"] != old["metadata"]["uid"]
    late = todos.judged(todos.decide(old, keep=True))
    assert (late["outcome"], late["reason"]) == ("Refused", "TargetReplaced")
    todos.decide(todos.get("gate"))
    developer.run("wait", "todo/gate", "--for=condition=Complete", "--timeout=20s")


def test_what_has_started_refuses_edits_and_says_why(as_user: AsUser, todos: Todos) -> None:
    """What defines the work is fixed after the start; what may be edited is observed."""
    developer = as_user("developer")
    developer.apply(manifest("gate", content="Open the gate"))
    todos.wait("gate", "Active")
    refused = developer.apply(manifest("gate", content="Open another gate"), check=False)
    assert refused.returncode != 0
    assert "spec.content" in refused.stderr
    assert "content is fixed once the Todo has started: create a new Todo" in refused.stderr
    refused = developer.apply(manifest("gate", content="Open the gate", depends_on=["other"]), check=False)
    assert "dependsOn is fixed once the Todo has started" in refused.stderr
    developer.apply(manifest("gate", content="Open the gate", priority=7, timeout="1h", tags=["urgent"]))
    status = todos.wait_until("gate", lambda status: status["observedGeneration"] == 2, "observed")
    assert status["deadline"]
    assert all(condition["observedGeneration"] == 2 for condition in status["conditions"])


def test_explain_teaches_every_field(as_user: AsUser) -> None:
    """kubectl explain has a description for what people write and read."""
    explained = as_user("developer").run("explain", "todos", "--recursive").stdout
    for field in ("dependsOn", "onTimeout", "ttlAfterFinished", "nextTransitionTime", "conditions"):
        assert field in explained
    timeout = as_user("developer").run("explain", "todo.spec.timeout").stdout
    assert "The clock stops while the Todo is suspended" in " ".join(timeout.split())
