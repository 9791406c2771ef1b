"""A process that dies at any write: the next one ends the run all the same, nothing is made twice, nothing is lost."""

from typing import Any

import pytest

from myapp.domain.decision import CancelMode
from myapp.domain.todo_phase import Phase
from tests.unit.application.run_process import Process
from tests.unit.domain.workflow.builders import step

SPEC: dict[str, Any] = {
    "steps": [
        step("a"),
        step("each", ["a"], forEach={"items": [1, 2, 3]}),
        step("sub", ["a"], workflow={"templateRef": {"name": "sub"}}),
        step("never", ["a"], when="false"),
        step("last", ["each", "sub"]),
    ],
    "finally": [step("z")],
}
MADE = {"r.a", "r.each.0", "r.each.1", "r.each.2", "r.last", "r.z"}


def _process() -> Process:
    process = Process()
    process.runs.template("sub", steps=[step("in")])
    process.runs.apply("r", **SPEC)
    process.see_all()
    return process


async def _writes() -> int:
    process = _process()
    await process.settle()
    return process.writes


@pytest.mark.parametrize("crash_at", range(1, 32))
@pytest.mark.statement("L10")
async def test_at_any_write(crash_at: int) -> None:
    process = _process()
    process.crash_at = crash_at
    await process.settle()
    assert crash_at > await _writes() or not process.crash_at
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    made = process.runs.created
    assert len(made) == len(set(made))
    assert set(made) >= MADE
    assert len([name for name in made if name not in MADE]) == 2


async def test_all_writes_were_tried() -> None:
    assert 20 <= await _writes() < 32


@pytest.mark.parametrize("crash_at", range(1, 8))
@pytest.mark.statement("L10")
async def test_a_cancellation_is_not_lost(crash_at: int) -> None:
    process = Process()
    process.runs.apply("r", steps=[step("a", wait={"duration": "1h"}), step("b", ["a"])])
    process.see_all()
    await process.settle()
    process.writes, process.crash_at = 0, crash_at
    process.runs.decide("r", "Cancel", mode=CancelMode.TERMINATE)
    process.see_all()
    await process.settle()
    assert process.runs.status_of("r").phase is Phase.CANCELLED
    assert process.todos.status_of("r.a").phase is Phase.CANCELLED
    assert process.runs.created == ["r.a"]
