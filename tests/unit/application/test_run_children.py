"""What steps become: each child once, and what is said where one cannot be made, or is there no more."""

from datetime import timedelta

import pytest

from myapp.application.run_ports import NameTaken, NotAllowed, NotValid
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason
from tests.unit.application.run_process import Process, key
from tests.unit.domain.workflow.builders import step

HOUR = {"wait": {"duration": "1h"}}
CHAIN = [step("a"), step("b", ["a"]), step("c", ["b"])]


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


async def test_a_child_is_made_for_its_run_alone(process: Process) -> None:
    process.runs.apply(
        "r",
        steps=[step("a", content="Hi $(params.who)")],
        params={"who": "ann"},
        serviceAccountName="bot",
        suspend=False,
    )
    process.see_all()
    await process.settle()
    body = process.runs.bodies["r.a"]
    assert (body.run_name, body.step, body.part) == ("r", "a", "a")
    assert body.spec == {"content": "Hi ann", "wait": {"duration": "0s"}, "serviceAccountName": "bot"}


async def test_a_wait_counts_from_when_its_step_was_ready(process: Process) -> None:
    """To the millisecond; other Todos record their start themselves."""
    process.clock.moment += timedelta(seconds=0.7504)
    began = process.clock.now()
    process.runs.apply("r", steps=[step("a", wait={"duration": "1s"}), step("b", manual={})])
    process.see_all()
    await process.settle()
    assert process.runs.bodies["r.a"].ready_at == began.replace(microsecond=began.microsecond // 1000 * 1000)
    assert process.runs.bodies["r.b"].ready_at is None


async def test_a_deleted_child_fails_its_step(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)])
    process.see_all()
    await process.settle()
    gone = process.todos.todos.pop(key("r.a"))
    process.world.intake.todo_gone(gone.key, gone.uid)
    await process.settle()
    assert process.runs.status_of("r").reason is RunReason.STEP_FAILED
    assert process.runs.created == ["r.a"]


async def test_a_child_that_is_gone_when_the_process_starts_fails_too(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", **HOUR)])
    process.see_all()
    await process.wait(10)
    del process.todos.todos[key("r.a")]
    process.start()
    await process.settle()
    assert process.runs.status_of("r").steps[0].reason == "ChildDeleted"


async def test_a_name_that_a_stranger_has_is_a_conflict_until_it_is_free(process: Process) -> None:
    process.todos.apply("r.a")
    process.runs.apply("r", steps=[step("a"), step("b")])
    process.see_all()
    await process.wait(10)
    status = process.runs.status_of("r")
    assert (status.phase, status.reason) == (Phase.ACTIVE, RunReason.NAME_CONFLICT)
    assert "step a" in status.message
    assert process.todos.status_of("r.b").phase is Phase.SUCCEEDED
    stranger = process.todos.todos.pop(key("r.a"))
    process.world.intake.todo_gone(stranger.key, stranger.uid)
    await process.wait(10)
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


@pytest.mark.statement("L26")
async def test_a_name_on_its_way_out_is_waited_for_five_minutes(process: Process) -> None:
    process.runs.refusals["r.a"] = NameTaken("r.a is being deleted", passing=True)
    process.runs.apply("r", steps=[step("a")])
    process.see_all()
    await process.wait(60)
    assert process.runs.status_of("r").reason is RunReason.WAITING_FOR_CLEANUP
    await process.wait(300)
    assert process.runs.status_of("r").reason is RunReason.NAME_CONFLICT


@pytest.mark.statement("L27")
async def test_what_is_not_allowed_holds_the_run_and_says_why(process: Process) -> None:
    process.runs.refusals["r.a"] = NotAllowed("exceeded quota: todos")
    process.runs.apply("r", steps=[step("a")])
    process.see_all()
    await process.wait(10)
    status = process.runs.status_of("r")
    assert (status.reason, status.message) == (RunReason.NOT_ALLOWED, "step a: exceeded quota: todos")
    process.runs.refusals.clear()
    await process.wait(10)
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


async def test_what_makes_no_valid_todo_fails_the_step(process: Process) -> None:
    process.runs.refusals["r.a"] = NotValid("spec.content: too long")
    process.runs.apply("r", steps=[step("a")])
    process.see_all()
    await process.settle()
    [failed] = process.runs.status_of("r").steps
    assert (failed.phase, failed.reason, failed.message) == (Phase.FAILED, "ValuesError", "spec.content: too long")


async def test_items_that_are_not_wanted_or_make_no_todo_need_none(process: Process) -> None:
    each = step("a", when="item != 1", content="x $(10 / int(item))", forEach={"items": [0, 1, 2]})
    process.runs.apply("r", steps=[each], failurePolicy="Continue")
    process.see_all()
    await process.settle()
    [known] = process.runs.status_of("r").steps
    assert process.runs.created == ["r.a.2"]
    assert known.items is not None
    assert (known.items.succeeded, known.items.failed, known.items.skipped) == (1, 1, 1)


@pytest.mark.statement("L28")
async def test_many_items_are_made_in_parts(process: Process) -> None:
    process.runs.apply("r", steps=[step("a", forEach={"items": list(range(300))})])
    process.see_all()
    await process.settle()
    status = process.runs.status_of("r")
    assert (status.phase, len(process.runs.created)) == (Phase.SUCCEEDED, 300)
    assert len(process.runs.status_writes) <= 3
