"""What becomes of a run that has ended: how long it is kept, and what Retry makes of that."""

import pytest

from myapp.domain.decision import DecisionOutcome
from myapp.domain.todo_phase import Phase
from tests.unit.application.run_process import Process, key
from tests.unit.domain.workflow.builders import step

DAY = 24 * 3600
LATE = {"manual": {}, "timeout": "5s"}
"""A person's work that fails where nobody does it in time."""


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


@pytest.mark.statement("L14")
async def test_without_a_time_to_live_a_run_is_kept(process: Process) -> None:
    """With its Todos and its definition, however many runs there are."""
    process.runs.template("t", steps=[step("a")])
    for number in range(30):
        process.runs.apply(f"r{number}", templateRef={"name": "t"})
    process.see_all()
    await process.wait(365 * DAY)
    process.start()
    await process.settle()
    assert process.runs.deleted == []
    assert len(process.runs.runs) == len(process.runs.definitions) == 30
    assert {f"r{number}.a" for number in range(30)} <= {known.name for known in process.todos.todos}


@pytest.mark.statement("L15")
async def test_a_run_that_is_retried_lives_on(process: Process) -> None:
    """Its time to live counts from its new end: none is deleted while it runs (argo-workflows#12636)."""
    process.runs.apply("r", steps=[step("a", **LATE)], ttlAfterFinished="60s")
    process.see_all()
    await process.wait(50)
    assert process.runs.status_of("r").phase is Phase.FAILED
    process.runs.decide("r", "Retry")
    process.see_all()
    await process.settle()
    assert process.todos.answers[-1].outcome is DecisionOutcome.COUNTED
    await process.wait(40)  # beyond 5 + 60 seconds, and 45 after its second failure
    assert process.runs.deleted == []
    await process.wait(30)
    assert process.runs.deleted == [key("r")]


@pytest.mark.statement("L16")
async def test_the_time_to_live_can_be_changed_afterwards(process: Process) -> None:
    process.runs.apply("r", steps=[step("a")], ttlAfterFinished="1h")
    process.see_all()
    await process.wait(60)
    process.runs.apply("r", steps=[step("a")], ttlAfterFinished="2h")
    process.see_all()
    await process.wait(3600)
    assert process.runs.deleted == []
    process.runs.apply("r", steps=[step("a")], ttlAfterFinished="90m")
    process.see_all()
    await process.wait(1800)
    assert process.runs.deleted == [key("r")]


@pytest.mark.statement("L17")
async def test_a_run_is_kept_while_somebody_depends_on_one_of_its_todos(process: Process) -> None:
    """Of a run within it too; whoever depends on it would wait for ever for what is gone."""
    process.runs.template("sub", steps=[step("in")])
    process.runs.apply("r", steps=[step("call", workflow={"templateRef": {"name": "sub"}})], ttlAfterFinished="10s")
    process.see_all()
    await process.settle()
    [sub] = [name for name in process.runs.created if "." not in name]
    process.todos.apply("outside", depends_on=[{"name": f"{sub}.in"}], manual={})
    process.see_all()
    await process.wait(3600)
    assert process.runs.deleted == []
    process.todos.decide("outside")
    process.see_all()
    await process.wait(31)
    assert process.runs.deleted == [key("r")]


@pytest.mark.statement("L22")
async def test_retry_follows_what_the_run_was_started_with(process: Process) -> None:
    """Definition and params, whatever the template is by now (argo-workflows#11631), and its finally is done again."""
    process.runs.template(
        "t",
        steps=[step("a", content="old $(params.n)", **LATE)],
        params=[{"name": "n", "default": "1"}],
        **{"finally": [step("z")]},
    )
    process.runs.apply("r", templateRef={"name": "t"}, params={"n": "7"})
    process.see_all()
    await process.wait(10)
    process.runs.template("t", steps=[step("other")])
    process.start()
    process.runs.decide("r", "Retry")
    process.see_all()
    await process.settle()
    assert process.runs.bodies["r.a.r1"].spec["content"] == "old 7"
    process.todos.decide("r.a.r1")
    process.see_all()
    await process.settle()
    assert process.runs.created == ["r.a", "r.z", "r.a.r1", "r.z.r1"]
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
