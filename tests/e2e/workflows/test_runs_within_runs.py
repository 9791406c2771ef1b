"""A step that is a run of its own, on a real API server: what the outer run does to it, and gets from it."""

import pytest

from tests.api_server import JsonObject
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(180)]

ASK: JsonObject = {"manual": {}}
CALL: JsonObject = {"name": "call", "workflow": {"templateRef": {"name": "inner"}}}


@pytest.mark.statement("L8")
def test_a_run_within_a_run(runs: Runs, todos: Todos) -> None:
    """Its own object with its own Todos, its outputs are the step's; cancelling the outer one cancels it."""
    runs.put_template(
        "inner",
        step("ask", content="Look at $(params.what)", **ASK),
        params=[{"name": "what", "required": True}],
        outputs=[{"name": "said", "value": "params.what"}],
    )
    call = {"name": "call", "workflow": {"templateRef": {"name": "inner"}, "params": {"what": "$(params.thing)"}}}
    after = step("after", "call", content="$(steps.call.outputs.said) is done")
    runs.start("outer", call, after, params={"thing": "it"})
    status = runs.wait_for_step("outer", "call", "Active")
    inner = status["steps"][0]["todo"]
    todos.wait(f"{inner}.ask", "Active")
    assert todos.get(f"{inner}.ask")["spec"]["content"] == "Look at it"
    todos.decide(todos.get(f"{inner}.ask"))
    runs.wait("outer", "Succeeded", timeout=30)
    assert todos.get("outer.after")["spec"]["content"] == "it is done"

    second = runs.start("second", call, params={"thing": "it"})
    inner = runs.wait_for_step("second", "call", "Active")["steps"][0]["todo"]
    todos.wait(f"{inner}.ask", "Active")
    runs.decide(second, "Cancel")
    runs.wait("second", "Cancelled", timeout=30)
    assert runs.status(inner)["phase"] == "Cancelled"
    assert todos.status(f"{inner}.ask")["phase"] == "Cancelled"


@pytest.mark.statement("L9", "L13")
def test_retry_goes_on_within_a_run(runs: Runs, todos: Todos) -> None:
    """The run within goes on where it failed, and is not retried alone."""
    runs.put_template("inner", step("good"), step("bad", "good", manual={}, timeout="3s"))
    run = runs.start("outer", CALL, step("after", "call"))
    inner = runs.wait("outer", "Failed", "StepFailed", timeout=30)["steps"][0]["todo"]
    assert runs.judge("Retry", inner)["reason"] == "NotForPeople"

    assert runs.judged(runs.decide(run, "Retry"))["outcome"] == "Counted"
    todos.wait(f"{inner}.bad.r1", "Active")
    todos.decide(todos.get(f"{inner}.bad.r1"))

    status = runs.wait("outer", "Succeeded", "Completed", timeout=30)
    assert status["steps"][0]["todo"] == inner
    assert set(todos.all()) == {f"{inner}.{name}" for name in ("good", "bad", "bad.r1")} | {"outer.after.r1"}


@pytest.mark.statement("L12")
def test_a_run_within_is_held_and_stopped(runs: Runs, todos: Todos) -> None:
    """With the one around it; what has begun there ends by itself."""
    runs.put_template("inner", step("ask", **ASK), step("next", "ask"))
    run = runs.start("outer", CALL)
    inner = runs.wait_for_step("outer", "call", "Active")["steps"][0]["todo"]
    todos.wait(f"{inner}.ask", "Active")

    runs.judged(runs.decide(run, "Suspend"))
    assert "of which it is a step" in runs.wait(inner, "Active", "Suspended")["message"]
    runs.judged(runs.decide(run, "Resume"))
    runs.wait_until(inner, lambda status: status["reason"] != "Suspended", "going on")
    runs.judged(runs.decide(run, "Cancel", mode="Stop"))
    runs.wait(inner, "Active", "Cancelling")
    assert todos.status(f"{inner}.ask")["phase"] == "Active"
    todos.decide(todos.get(f"{inner}.ask"))

    runs.wait("outer", "Cancelled", "Cancelled", timeout=30)
    assert runs.status(inner)["phase"] == "Cancelled"
    assert todos.status(f"{inner}.ask")["phase"] == "Succeeded"
    assert not todos.exists(f"{inner}.next")
