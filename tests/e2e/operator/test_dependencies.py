"""Todos that depend on each other: order, failures, names that do not exist, loops."""

import pytest

from tests.running_operator.todos import Todos, holds

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

AT_ONCE = {"duration": "0s"}


def test_a_diamond_goes_in_order(todos: Todos) -> None:
    """No side starts before the top has ended, and the bottom waits for both sides."""
    todos.create("bottom", depends_on=["left", "right"], wait=AT_ONCE)
    todos.create("left", depends_on=["top"], wait={"duration": "300ms"})
    todos.create("right", depends_on=["top"], content="A person's side")
    todos.create("top", content="The top")
    todos.wait("top", "Active")
    assert todos.wait("left", "Pending", "WaitingForDependency")["message"] == "waits for top"
    todos.decide(todos.get("top"))
    todos.wait("left", "Succeeded")
    todos.wait("right", "Active")
    assert todos.wait("bottom", "Pending", "WaitingForDependency")["message"].startswith("waits for ")
    todos.decide(todos.get("right"))
    bottom = todos.wait("bottom", "Succeeded")
    top, left, right = (todos.status(name) for name in ("top", "left", "right"))
    assert top["completionTime"] <= left["startTime"] <= left["completionTime"] <= bottom["startTime"]
    assert top["completionTime"] <= right["startTime"] <= right["completionTime"] <= bottom["startTime"]


def test_a_failure_reaches_those_who_do_not_accept_it(todos: Todos) -> None:
    """What does not accept the failure is skipped, and so is all that follows; `on: [Failed]` is the other way."""
    todos.create("flaky", content="Times out", timeout="200ms")
    todos.create("rollout", depends_on=["flaky"], wait=AT_ONCE)
    todos.create("announce", dependsOn=[{"name": "rollout", "on": ["Succeeded", "Skipped"]}], wait=AT_ONCE)
    todos.create("roll-back", dependsOn=[{"name": "flaky", "on": ["Failed"]}], wait=AT_ONCE)
    todos.create("either", dependsOn=[{"name": "flaky", "on": ["Failed", "Succeeded"]}], wait=AT_ONCE)
    statuses = todos.wait_for_all()
    assert {name: (status["phase"], status["reason"]) for name, status in statuses.items()} == {
        "flaky": ("Failed", "TimedOut"),
        "rollout": ("Skipped", "DependencyFailed"),
        "announce": ("Skipped", "DependencyFailed"),
        "roll-back": ("Succeeded", "Completed"),
        "either": ("Succeeded", "Completed"),
    }
    assert statuses["rollout"]["message"] == "dependency flaky is Failed, accepted is Succeeded"


def test_a_missing_dependency_is_waited_for(todos: Todos) -> None:
    """It says what is missing, goes on when that is created, and waits again when it is deleted meanwhile."""
    todos.create("behind", depends_on=["gate"], wait=AT_ONCE)
    status = todos.wait("behind", "Pending", "DependencyNotFound")
    assert status["message"] == f"waits for gate: not found in namespace {todos.namespace}"
    assert holds(status, "Ready")
    todos.create("gate", content="Open the gate")
    todos.wait("behind", "Pending", "WaitingForDependency")
    todos.delete("gate")
    todos.wait("behind", "Pending", "DependencyNotFound")
    todos.create("gate", wait=AT_ONCE)
    todos.wait("behind", "Succeeded")


def test_a_loop_is_spelled_out_and_heals(todos: Todos) -> None:
    """Each member is Stalled and names the loop, who waits behind it is not; breaking it lets all go on."""
    todos.create("a", depends_on=["c"], wait=AT_ONCE)
    todos.create("b", depends_on=["a"], wait=AT_ONCE)
    todos.create("c", depends_on=["b"], wait=AT_ONCE)
    todos.create("behind", depends_on=["a"], wait=AT_ONCE)
    loops = {"a": "a -> c -> b -> a", "b": "b -> a -> c -> b", "c": "c -> b -> a -> c"}
    for name, loop in loops.items():
        status = todos.wait(name, "Pending", "DependencyCycle")
        assert status["message"] == f"waits for itself: {loop}"
        assert holds(status, "Stalled")
        assert not holds(status, "Ready")
    assert not holds(todos.wait("behind", "Pending", "WaitingForDependency"), "Stalled")
    todos.edit("b", dependsOn=[])
    statuses = todos.wait_for_all("Succeeded")
    assert not any(holds(status, "Stalled") for status in statuses.values())


def test_what_has_started_is_no_part_of_a_loop(todos: Todos) -> None:
    """An active todo waits for nothing any more: who depends on it waits for it, and is not stalled."""
    todos.create("first", wait=AT_ONCE)
    todos.create("second", depends_on=["first"], content="A person's work")
    todos.wait("second", "Active")
    todos.delete("first")
    todos.create("first", depends_on=["second"], wait=AT_ONCE)
    status = todos.wait("first", "Pending")
    assert status["reason"] == "WaitingForDependency", status["message"]
    todos.decide(todos.get("second"))
    todos.wait("first", "Succeeded")
