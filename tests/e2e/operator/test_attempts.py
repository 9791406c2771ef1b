"""Attempts with the running operator: retries on timeout, across a restart, and the decision Retry."""

from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos, holds

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

QUICK = {"maxAttempts": 2, "backoff": {"initial": "300ms", "jitter": 0}}


@pytest.mark.usefixtures("operator")
@pytest.mark.statement("A6", "A18")
def test_a_timeout_is_tried_again(todos: Todos) -> None:
    """A wait that is too long for its timeout fails twice, and says so; one that retry does not name fails once."""
    todos.create("twice", wait={"duration": "1h"}, timeout="400ms", retry=QUICK)
    todos.create("once", timeout="400ms", retry={**QUICK, "on": ["Error"]})

    twice, once = todos.wait("twice", "Failed", "TimedOut"), todos.wait("once", "Failed", "TimedOut")

    assert (twice["attempt"], once["attempt"]) == (2, 1)
    assert twice["message"].endswith("; it was attempt 2 of 2")
    assert once["message"].endswith("; not tried again: retry.on does not name Timeout")
    assert [(over["attempt"], over["reason"]) for over in twice["attempts"]] == [(1, "TimedOut"), (2, "TimedOut")]
    first, second = twice["attempts"]
    assert first["completionTime"] < first["retryTime"] <= second["startTime"]


@pytest.mark.usefixtures("operator")
def test_the_next_attempt_succeeds(todos: Todos) -> None:
    """A person gets a second chance, with a deadline of its own; dependents wait for what becomes of it."""
    todo = todos.create("person", timeout="2s", retry={**QUICK, "maxAttempts": 20})
    todos.create("after", dependsOn=[{"name": "person"}], wait={"duration": "0s"})
    todos.wait_until("person", lambda status: status.get("attempt") == 2, "in its second attempt", timeout=60)
    assert todos.status("after")["phase"] == "Pending"

    while todos.judged(todos.decide(todo))["outcome"] != "Counted":  # it may come between two attempts
        assert todos.status("person")["phase"] == "Active"

    assert todos.wait("person", "Succeeded")["attempt"] >= 2
    todos.wait("after", "Succeeded")


@pytest.mark.usefixtures("operator")
@pytest.mark.statement("D1", "D3", "D7")
def test_retry_starts_a_failed_todo_anew(todos: Todos) -> None:
    """It becomes Active with one attempt more, its condition Failed goes, and who was skipped stays skipped."""
    todo = todos.create("flaky", timeout="300ms")
    todos.create("after", dependsOn=[{"name": "flaky"}])
    todos.wait("flaky", "Failed", "TimedOut")
    todos.wait("after", "Skipped", "DependencyFailed")
    todos.edit("flaky", timeout="1h")

    assert todos.judged(todos.decide(todo, "Retry"))["message"] == "attempt 2 begins"
    active = todos.wait("flaky", "Active", "AwaitingDecision")
    assert (active["attempt"], holds(active, "Failed"), holds(active, "Ready")) == (2, False, True)
    early = todos.judged(todos.decide(todo, "Retry"))
    assert (early["outcome"], early["reason"]) == ("Refused", "NotFailed")
    assert todos.judged(todos.decide(todo))["outcome"] == "Counted"

    assert todos.wait("flaky", "Succeeded")["attempt"] == 2
    assert todos.status("after")["reason"] == "DependencyFailed"
    late = todos.judged(todos.decide(todo, "Retry"))
    assert (late["reason"], late["message"]) == ("NotFailed", "it has not failed: Succeeded, completed by oncall")


@pytest.mark.statement("A12")
def test_a_restart_waits_for_the_same_moment(
    cluster: LocalCluster, todos: Todos, namespace: str, tmp_path: Path
) -> None:
    """The operator is killed during the back-off: the next one begins the attempt when it was to begin."""
    retry = {"maxAttempts": 2, "backoff": {"initial": "6s"}}
    with OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "first.log", [namespace]):
        todos.create("a", timeout="300ms", retry=retry)
        before = todos.wait("a", "Active", "BackingOff")
    with OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "second.log", [namespace]):
        todos.wait_until("a", lambda status: status.get("attempt") == 2, "in its second attempt")
        over = todos.wait("a", "Failed")

    assert over["attempts"][0] == before["attempts"][0]
    assert over["attempts"][1]["startTime"] >= before["attempts"][0]["retryTime"]
