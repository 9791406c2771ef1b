"""A step that is a run itself: whoever stops, suspends or retries the run around it means it too."""

from collections.abc import Mapping
from typing import Any

import pytest

from myapp.domain.decision import CancelMode, DecisionOutcome
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason
from tests.unit.application.run_process import Process
from tests.unit.domain.workflow.builders import step

HOUR: Mapping[str, Any] = {"wait": {"duration": "1h"}}
ASK: Mapping[str, Any] = {"manual": {}}
LATE: Mapping[str, Any] = {"manual": {}, "timeout": "5s"}
"""A person's work that fails where nobody does it in time."""


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


def call(template: str, *needs: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A step that runs a template."""
    return step("call", needs, workflow={"templateRef": {"name": template}}, **fields)


async def started(process: Process, *steps: Mapping[str, Any], **spec: Any) -> list[str]:  # noqa: ANN401 - JSON
    """The names of the runs within, once all has come to rest."""
    process.runs.apply("r", steps=list(steps), **spec)
    process.see_all()
    await process.settle()
    return inner(process)


def inner(process: Process) -> list[str]:
    return [name for name in process.runs.created if "." not in name]


async def decide(process: Process, action: str, **fields: Any) -> DecisionOutcome:  # noqa: ANN401 - of a decision
    process.runs.decide("r", action, **fields)
    process.see_all()
    await process.settle()
    return process.todos.answers[-1].outcome


async def complete(process: Process, name: str) -> None:
    process.todos.decide(name)
    process.see_all()
    await process.settle()


@pytest.mark.statement("L12")
async def test_stop_begins_nothing_new_within_either(process: Process) -> None:
    """What runs there finishes, then its own finally, then that of the run around it."""
    process.runs.template("sub", steps=[step("in", **ASK), step("next", ["in"])], **{"finally": [step("tell")]})
    [sub] = await started(process, call("sub"), **{"finally": [step("z")]})
    assert await decide(process, "Cancel", mode=CancelMode.STOP) is DecisionOutcome.COUNTED
    assert process.runs.status_of(sub).reason is RunReason.CANCELLING
    assert process.todos.status_of(f"{sub}.in").phase is Phase.ACTIVE

    await complete(process, f"{sub}.in")

    assert f"{sub}.next" not in process.runs.created
    assert process.todos.status_of(f"{sub}.in").phase is Phase.SUCCEEDED
    assert process.todos.status_of(f"{sub}.tell").phase is Phase.SUCCEEDED
    assert process.runs.status_of(sub).phase is Phase.CANCELLED
    assert process.todos.status_of("r.z").phase is Phase.SUCCEEDED
    assert process.runs.status_of("r").phase is Phase.CANCELLED


@pytest.mark.statement("L12")
async def test_suspension_holds_what_is_within_too(process: Process) -> None:
    """Two levels deep, and across a restart; it goes on with the run around it."""
    process.runs.template("sub", steps=[step("in", **ASK), step("next", ["in"], **HOUR)])
    process.runs.template("middle", steps=[call("sub")])
    _, sub = await started(process, call("middle"), timeout="2h")
    await decide(process, "Suspend")
    process.start()
    await process.settle()

    await complete(process, f"{sub}.in")

    held = process.runs.status_of(sub)
    assert (held.phase, held.reason) == (Phase.ACTIVE, RunReason.SUSPENDED)
    assert "of which it is a step" in held.message
    assert f"{sub}.next" not in process.runs.created
    await decide(process, "Resume")
    assert f"{sub}.next" in process.runs.created


async def test_a_suspended_run_is_cancelled_down_to_what_is_within(process: Process) -> None:
    process.runs.template("sub", steps=[step("in", **HOUR)])
    [sub] = await started(process, call("sub"), **{"finally": [step("z")]})
    await decide(process, "Suspend")
    await decide(process, "Cancel", mode=CancelMode.RUN_FINALLY)
    assert process.runs.status_of(sub).phase is Phase.CANCELLED
    assert process.todos.status_of("r.z").phase is Phase.SUCCEEDED


async def failed_within(process: Process, *, items: bool = False) -> list[str]:
    """Runs within of which each has done a step, and failed at the next one."""
    steps = [step("good"), step("bad", ["good"], **LATE), step("after", ["bad"])]
    process.runs.template("sub", steps=steps, **{"finally": [step("tell")]})
    each = {"forEach": {"items": ["x", "y"]}} if items else {}
    found = await started(process, step("first"), call("sub", "first", **each), step("last", ["call"]))
    await process.wait(10)
    assert process.runs.status_of("r").phase is Phase.FAILED
    return found


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.statement("L13")
async def test_retry_goes_on_within_where_it_failed(process: Process, *, restart: bool) -> None:
    """What has succeeded there stays, as on every other level; its finally is done again."""
    [sub] = await failed_within(process)
    before = list(process.runs.created)
    if restart:
        process.start()
    assert await decide(process, "Retry") is DecisionOutcome.COUNTED
    assert process.runs.created == [*before, f"{sub}.bad.r1"]
    assert process.runs.status_of(sub).phase is Phase.ACTIVE

    await complete(process, f"{sub}.bad.r1")

    assert process.runs.created[len(before) :] == [
        f"{sub}.bad.r1",
        f"{sub}.after.r1",
        f"{sub}.tell.r1",
        "r.last.r1",
    ]
    status = process.runs.status_of("r")
    assert status.phase is Phase.SUCCEEDED
    assert [known.child for known in status.steps] == ["r.first", sub, "r.last.r1"]
    assert process.runs.status_of(sub).revision == 1


@pytest.mark.statement("L13")
async def test_retry_of_items_that_are_runs(process: Process) -> None:
    """The one that has failed goes on; the one that has succeeded stays."""
    steps = [step("good"), step("bad", ["good"], **LATE)]
    process.runs.template("sub", steps=steps)
    subs = await started(process, call("sub", forEach={"items": ["x", "y"]}))
    await complete(process, f"{subs[0]}.bad")
    await process.wait(10)
    before = list(process.runs.created)
    await decide(process, "Retry")
    await complete(process, f"{subs[1]}.bad.r1")
    assert process.runs.created[len(before) :] == [f"{subs[1]}.bad.r1"]
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


@pytest.mark.statement("L13")
async def test_retry_after_retry_and_of_what_was_cut_short(process: Process) -> None:
    """A run within that failed again, or was cancelled by the timeout of the run around it, goes on each time."""
    process.runs.template("sub", steps=[step("good"), step("slow", ["good"], **HOUR)])
    [sub] = await started(process, call("sub"), timeout="60s")
    for revision in (1, 2):
        await process.wait(61)
        assert process.runs.status_of("r").reason is RunReason.TIMED_OUT
        assert process.runs.status_of(sub).phase is Phase.CANCELLED
        await decide(process, "Retry")
        assert process.runs.created[-1] == f"{sub}.slow.r{revision}"
    assert inner(process) == [sub]
    assert process.runs.created.count(f"{sub}.good") == 1


async def test_a_run_within_that_is_gone_is_made_anew(process: Process) -> None:
    [sub] = await failed_within(process)
    gone = process.runs.runs.pop(process.runs.runs[next(key for key in process.runs.runs if key.name == sub)].key)
    process.world.runs.intake.run_gone(gone.key, gone.uid)
    process.start()
    await decide(process, "Retry")
    assert len(inner(process)) == 2
    await process.wait(10)  # it fails too, and is not retried by itself
    assert process.runs.status_of("r").phase is Phase.FAILED
    assert process.runs.status_of(inner(process)[1]).revision == 0


async def test_a_run_in_finally_is_done_from_its_beginning(process: Process) -> None:
    process.runs.template("sub", steps=[step("in")])
    await started(process, step("a", **LATE), **{"finally": [call("sub")]})
    await process.wait(10)
    assert process.runs.status_of("r").phase is Phase.FAILED
    await decide(process, "Retry")
    await complete(process, "r.a.r1")
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    assert len(inner(process)) == 2


@pytest.mark.parametrize("crash_at", range(1, 16))
async def test_a_retry_that_crashes_at_any_write(crash_at: int) -> None:
    process = Process()
    [sub] = await failed_within(process)
    process.writes, process.crash_at = 0, crash_at
    await decide(process, "Retry")
    await complete(process, f"{sub}.bad.r1")
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    assert len(process.runs.created) == len(set(process.runs.created))
    assert inner(process) == [sub]


@pytest.mark.statement("L24")
async def test_parallelism_counts_a_run_within_as_one(process: Process) -> None:
    """Its own steps are bounded by its own template; one that waits for people only takes no room."""
    process.runs.template("sub", steps=[step("x", **ASK), step("y", **ASK)])
    process.runs.template("busy", steps=[step("x", **HOUR), step("y", **HOUR)], parallelism=1)
    process.runs.apply(
        "r", parallelism=1, steps=[call("sub"), step("busy", workflow={"templateRef": {"name": "busy"}}), step("b")]
    )
    process.see_all()
    await process.wait(10)
    sub, busy = inner(process)
    assert {name for name in process.runs.created if "." in name} == {f"{sub}.x", f"{sub}.y", f"{busy}.x"}
    await process.wait(3600)
    assert "r.b" not in process.runs.created
    await process.wait(3610)
    assert "r.b" in process.runs.created


@pytest.mark.statement("L1")
async def test_a_template_that_is_edited_before_its_step_begins_changes_nothing(process: Process) -> None:
    """All templates that a run needs are kept from its start."""
    process.runs.template("sub", steps=[step("in", content="old")])
    await started(process, step("a", **ASK), call("sub", "a"))
    process.runs.template("sub", steps=[step("in", content="new"), step("more")])
    process.start()
    await complete(process, "r.a")
    [sub] = inner(process)
    assert process.runs.bodies[f"{sub}.in"].spec["content"] == "old"
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


@pytest.mark.statement("L29")
async def test_a_failure_beside_a_run_does_not_stop_it(process: Process) -> None:
    process.runs.template("sub", steps=[step("in", **ASK), step("next", ["in"])])
    [sub] = await started(process, call("sub"), step("bad", **LATE), step("after", ["call"]))
    await process.wait(10)
    await complete(process, f"{sub}.in")
    assert process.runs.status_of(sub).phase is Phase.SUCCEEDED
    status = process.runs.status_of("r")
    assert (status.phase, [known.reason for known in status.steps][2]) == (Phase.FAILED, "NotStarted")


@pytest.mark.statement("L30")
async def test_the_clock_stands_still_while_people_are_waited_for_within(process: Process) -> None:
    process.runs.template("sub", steps=[step("in", **ASK)])
    [sub] = await started(process, call("sub"), step("ask", **ASK), timeout="60s")
    await process.wait(3600)
    assert process.runs.status_of("r").reason is RunReason.AWAITING_DECISION
    await complete(process, f"{sub}.in")
    await complete(process, "r.ask")
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED


@pytest.mark.statement("L31")
async def test_resume_says_what_still_holds_a_run(process: Process) -> None:
    process.runs.template("sub", steps=[step("in", **ASK)])
    [sub] = await started(process, call("sub"))
    await decide(process, "Suspend")
    process.runs.decide(sub, "Resume")
    process.see_all()
    await process.settle()
    assert process.todos.answers[-1].message == "it is suspended by workflow r, of which it is a step: resume that one"
    spec = {"steps": [call("sub")], "suspend": True}
    process.runs.apply("r", **spec)
    assert await decide(process, "Resume") is DecisionOutcome.COUNTED
    assert process.todos.answers[-1].message == "applied; it stays suspended by spec.suspend"
    assert await decide(process, "Resume") is DecisionOutcome.REFUSED
    assert "spec.suspend is true" in process.todos.answers[-1].message
    assert process.runs.status_of("r").reason is RunReason.SUSPENDED
