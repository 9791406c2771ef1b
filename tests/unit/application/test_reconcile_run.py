"""The use case of runs: what is written and created, how often, and what becomes of it when the process dies."""

from datetime import timedelta

import pytest

from myapp.application.run_ports import NameTaken
from myapp.domain.decision import CancelMode, DecisionOutcome, DecisionReason
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.workflow.run_phase import RunReason
from tests.unit.application.run_process import Process, key
from tests.unit.domain.workflow.builders import step

HOUR = {"wait": {"duration": "1h"}}
CHAIN = [step("a"), step("b", ["a"]), step("c", ["b"])]


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


async def test_a_run_of_one_step_costs_two_writes_and_its_step_one(process: Process) -> None:
    """The step's todo is created with everything in it, and is written once: a wait has no Active write."""
    process.runs.apply("r", steps=[step("a", wait={"duration": "1s"})])
    process.see_all()
    await process.wait(1)
    assert [status.phase for _, status in process.runs.status_writes] == [Phase.ACTIVE, Phase.SUCCEEDED]
    assert process.runs.created == ["r.a"]
    assert [status.phase for _, status in process.todos.status_writes] == [Phase.SUCCEEDED]


async def test_how_far_the_steps_are_is_written_now_and_then(process: Process) -> None:
    """A chain of 20 steps that end at once is written at its begin and its end, in between every two seconds."""
    steps = [step(f"s{n}", [f"s{n - 1}"] if n else []) for n in range(20)]
    process.runs.apply("r", steps=steps)
    process.see_all()
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    assert len(process.runs.status_writes) == 2


async def test_a_step_that_takes_longer_is_shown_as_active(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)])
    process.see_all()
    await process.wait(10)
    status = process.runs.status_of("r")
    assert [(known.phase, known.child) for known in status.steps] == [(Phase.ACTIVE, "r.a")]
    assert len(process.runs.status_writes) == 2
    await process.wait(60)
    assert len(process.runs.status_writes) == 2


async def test_a_run_keeps_the_definition_that_it_started_with(process: Process) -> None:
    process.runs.template("t", steps=[step("a", **HOUR), step("b", ["a"], content="old")])
    process.runs.apply("r", templateRef={"name": "t"})
    process.see_all()
    await process.settle()
    process.runs.template("t", steps=[step("x")])
    del process.runs.templates[key("t")]
    process.start()
    await process.wait(3600)
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    assert process.runs.status_of("r").definition == "r-definition"
    assert process.runs.bodies["r.b"].spec["content"] == "old"


async def test_a_missing_template_is_waited_for(process: Process) -> None:
    """GitOps applies in any order."""
    process.runs.apply("r", templateRef={"name": "t"}, params={"n": 1})
    process.see_all()
    await process.settle()
    status = process.runs.status_of("r")
    assert (status.phase, status.reason) == (Phase.PENDING, RunReason.TEMPLATE_NOT_FOUND)
    process.runs.template("t", steps=[step("a")], params=[{"name": "n", "type": "number"}])
    process.world.runs.intake.template_seen(key("t"))
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


async def test_what_makes_no_sense_is_refused_and_can_be_cancelled(process: Process) -> None:
    process.runs.template("t", steps=[step("a", ["b"])], params=[{"name": "n", "required": True}])
    process.runs.apply("r", templateRef={"name": "t"})
    process.see_all()
    await process.settle()
    status = process.runs.status_of("r")
    assert (status.phase, status.reason) == (Phase.PENDING, RunReason.INVALID_DEFINITION)
    assert "dependsOn names b" in status.message
    assert process.runs.created == []
    process.runs.decide("r", "Cancel")
    process.see_all()
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.CANCELLED


async def test_params_that_do_not_fit_are_told(process: Process) -> None:
    process.runs.template("t", steps=[step("a")], params=[{"name": "n", "required": True}])
    process.runs.apply("r", templateRef={"name": "t"}, params={"m": 1})
    process.see_all()
    await process.settle()
    status = process.runs.status_of("r")
    assert status.reason is RunReason.INVALID_PARAMS
    assert "2 problems" in status.message


@pytest.mark.statement("L3")
async def test_params_and_definition_are_told_together(process: Process) -> None:
    process.runs.template("t", steps=[step("a", ["b"])], params=[{"name": "n", "required": True}])
    process.runs.apply("r", templateRef={"name": "t"}, params={"m": 1})
    process.see_all()
    await process.settle()
    status = process.runs.status_of("r")
    assert status.reason is RunReason.INVALID_DEFINITION
    assert status.message.startswith("3 problems: step a: dependsOn names b")
    assert "params.m: there is no such param" in status.message
    assert "params.n: a string is required" in status.message


@pytest.mark.statement("L23")
async def test_a_kept_definition_that_is_gone_fails_the_run(process: Process) -> None:
    process.runs.template("t", steps=[step("a", **HOUR)])
    process.runs.apply("r", templateRef={"name": "t"})
    process.see_all()
    await process.settle()
    process.runs.definitions.clear()
    process.start()
    await process.settle()
    status = process.runs.status_of("r")
    assert (status.phase, status.reason) == (Phase.FAILED, RunReason.DEFINITION_LOST)
    assert process.todos.status_of("r.a").reason is Reason.WORKFLOW_CANCELLED


@pytest.mark.statement("L26")
async def test_the_name_of_its_definition_is_waited_for_five_minutes(process: Process) -> None:
    process.runs.template("t", steps=[step("a")])
    process.runs.refusals["r-definition"] = NameTaken("ControllerRevision r-definition is being deleted", passing=True)
    process.runs.apply("r", templateRef={"name": "t"})
    process.see_all()
    await process.wait(60)
    assert process.runs.status_of("r").reason is RunReason.WAITING_FOR_CLEANUP
    await process.wait(300)
    assert process.runs.status_of("r").reason is RunReason.NAME_CONFLICT
    process.runs.refusals.clear()
    await process.wait(10)
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


async def test_nothing_is_kept_of_a_run_that_was_deleted(process: Process) -> None:
    """While it was under way: what is known of its items may be large."""
    process.runs.template("t", steps=[step("a", forEach={"items": [1, 2]}, **HOUR)])
    process.runs.apply("r", templateRef={"name": "t"})
    process.see_all()
    await process.settle()
    reconcile = process.world.runs.reconcile
    kept = (reconcile._children._memory, reconcile._definitions._known)  # noqa: SLF001 - what nobody else sees
    assert all(kept)
    gone = process.runs.runs.pop(key("r"))
    process.world.runs.intake.run_gone(gone.key, gone.uid)
    assert not any(kept)


async def test_a_step_can_be_a_run_of_a_template(process: Process) -> None:
    """It holds the definition itself, with the values, and gives its outputs to the steps behind it."""
    process.runs.template(
        "sub",
        steps=[step("in", content="$(params.x)", manual={})],
        params=[{"name": "x"}, {"name": "unset"}],
        outputs=[{"name": "o", "value": "params.x + '!'"}],
    )
    call = step("call", workflow={"templateRef": {"name": "sub"}, "params": {"x": "$(params.who)"}})
    process.runs.apply("r", steps=[call, step("b", ["call"], content="$(steps.call.outputs.o)")], params={"who": "ann"})
    process.see_all()
    await process.settle()
    name = process.runs.created[0]
    assert process.runs.status_of(name).phase is Phase.ACTIVE
    process.todos.decide(f"{name}.in")
    process.see_all()
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    assert process.runs.bodies["r.b"].spec["content"] == "ann!"


@pytest.mark.parametrize(("mode", "phase"), [("Terminate", Phase.CANCELLED), ("Stop", Phase.ACTIVE)])
@pytest.mark.statement("L8", "L18")
async def test_cancel_reaches_steps_and_runs_among_them(process: Process, mode: str, phase: Phase) -> None:
    process.runs.template("sub", steps=[step("in", **HOUR)])
    process.runs.apply("r", steps=[step("call", workflow={"templateRef": {"name": "sub"}}), step("b", **HOUR)])
    process.see_all()
    await process.settle()
    process.runs.decide("r", "Cancel", mode=CancelMode(mode))
    process.see_all()
    await process.settle()
    sub = next(name for name in process.runs.created if "." not in name)
    assert process.runs.status_of("r").phase is phase
    assert process.runs.status_of(sub).phase is phase
    if phase is Phase.CANCELLED:
        assert process.todos.status_of(f"{sub}.in").reason is Reason.WORKFLOW_CANCELLED
        assert process.todos.status_of("r.b").reason is Reason.WORKFLOW_CANCELLED


async def test_finally_is_not_cancelled_with_the_steps(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)], **{"finally": [step("z", wait={"duration": "5s"})]})
    process.see_all()
    await process.settle()
    process.runs.decide("r", "Cancel", mode=CancelMode.RUN_FINALLY)
    process.see_all()
    await process.wait(10)
    assert process.todos.status_of("r.a").phase is Phase.CANCELLED
    assert process.todos.status_of("r.z").phase is Phase.SUCCEEDED
    assert process.runs.status_of("r").phase is Phase.CANCELLED


async def test_the_timeout_of_a_run_ends_its_steps(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)], timeout="60s")
    process.see_all()
    await process.wait(61)
    assert process.todos.status_of("r.a").reason is Reason.WORKFLOW_CANCELLED
    assert process.runs.status_of("r").reason is RunReason.TIMED_OUT


@pytest.mark.statement("L21")
async def test_the_timeout_can_be_edited_while_a_run_is_under_way(process: Process) -> None:
    spec = {"steps": [step("a", **HOUR)]}
    process.runs.apply("r", **spec, timeout="60s")
    process.see_all()
    await process.wait(30)
    before = process.runs.status_of("r").deadline
    process.runs.apply("r", **spec, timeout="100s")
    process.see_all()
    await process.wait(60)
    status = process.runs.status_of("r")
    assert status.phase is Phase.ACTIVE
    assert before is not None
    assert status.deadline == before + timedelta(seconds=40)
    await process.wait(11)
    assert process.runs.status_of("r").reason is RunReason.TIMED_OUT


async def test_retry_makes_what_failed_under_another_name(process: Process) -> None:
    process.runs.apply("r", steps=[step("a"), step("b", ["a"], timeout="5s", **HOUR)])
    process.see_all()
    await process.wait(5)
    assert process.runs.status_of("r").phase is Phase.FAILED
    process.runs.decide("r", "Retry")
    process.see_all()
    await process.settle()
    assert process.runs.created == ["r.a", "r.b", "r.b.r1"]
    assert process.runs.status_of("r").phase is Phase.ACTIVE


async def test_decisions_on_runs_are_answered(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)])
    for action in ("Approve", "Suspend", "Retry"):
        process.runs.decide("r", action)
    process.runs.decide("nobody", "Comment")
    process.see_all()
    await process.settle()
    found = {(answer.decision.action.value, answer.outcome, answer.reason) for answer in process.todos.answers}
    assert found == {
        ("Approve", DecisionOutcome.REFUSED, DecisionReason.NOT_FOR_PEOPLE),
        ("Suspend", DecisionOutcome.COUNTED, DecisionReason.APPLIED),
        ("Retry", DecisionOutcome.REFUSED, DecisionReason.NOT_FAILED),
        ("Comment", DecisionOutcome.REFUSED, DecisionReason.TARGET_NOT_FOUND),
    }


async def test_a_run_is_deleted_when_its_time_is_over(process: Process) -> None:
    process.runs.apply("r", steps=[step("a")], ttlAfterFinished="60s")
    process.see_all()
    await process.wait(59)
    assert process.runs.deleted == []
    await process.wait(2)
    assert process.runs.deleted == [key("r")]
