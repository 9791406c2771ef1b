"""A status with very many failures still fits into an object, says what it can, and that there is more."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_plan import is_urgent
from myapp.domain.workflow.run_status import LONGEST_STEP_MESSAGE, Counts, ItemFailure, RunStatus, StepStatus
from myapp.domain.workflow.status_bounds import CUT, LEFT_OUT, MOST_BYTES, within_bounds
from myapp.infrastructure.mapping.run_mapper import run_status_fields
from tests.unit.domain.workflow.builders import definition, step
from tests.unit.domain.workflow.run_world import RunWorld, accepted

_OUTPUTS = {f"o{number}": "y" * 4096 for number in range(8)}


def _failed(number: int, letter: str, *, items: bool) -> StepStatus:
    """One of the largest entries there can be."""
    name = f"s{number}".ljust(63, "n")
    status = StepStatus(name, Phase.FAILED, "DeadlineExceeded", letter * LONGEST_STEP_MESSAGE, revision=99)
    if not items:
        return replace(status, child=f"{'r' * 63}.{name}.r99")
    failures = tuple(ItemFailure(index, letter * 128) for index in range(10))
    return replace(status, items=Counts(10_000, 0, 10_000), created=10_000, failures=failures)


def _decisions(letter: str) -> tuple[CountedDecision, ...]:
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    return tuple(
        CountedDecision(f"{number:036}", DecisionAction.COMMENT, "ann", moment, letter * 1024) for number in range(64)
    )


def _stored(status: RunStatus) -> int:
    """As the API server stores it."""
    text = json.dumps(run_status_fields(status), separators=(",", ":"), ensure_ascii=False)
    return len(text.encode()) + 5 * sum(map(text.count, "<>&"))


def test_few_failures_say_all_there_is_to_say() -> None:
    status = RunStatus(steps=tuple(_failed(number, "m", items=True) for number in range(20)))
    assert within_bounds(status, {}).steps is status.steps


@pytest.mark.parametrize("items", [True, False])
@pytest.mark.parametrize("letter", ["m", "ü", "…", '"', "\x01", "<"])
@pytest.mark.statement("L19")
def test_five_hundred_steps_that_have_all_failed_fit(letter: str, *, items: bool) -> None:
    """With all that people have said and all outputs, whatever the language is."""
    before = RunStatus(
        phase=Phase.FAILED,
        reason=RunReason.STEP_FAILED,
        message=letter * 300,
        steps=tuple(_failed(number, letter, items=items) for number in range(500)),
        decisions=_decisions(letter),
    )
    after = replace(within_bounds(before, _OUTPUTS), outputs=_OUTPUTS)
    assert _stored(before) > MOST_BYTES
    assert _stored(after) <= MOST_BYTES
    assert all(known.message.endswith(CUT) and not known.failures for known in after.steps)
    assert [made.id for made in after.decisions] == [made.id for made in before.decisions]
    assert within_bounds(after, _OUTPUTS).steps == after.steps


def test_room_that_is_there_is_used() -> None:
    before = RunStatus(steps=tuple(_failed(number, "m", items=False) for number in range(500)))
    after = within_bounds(before, {})
    assert MOST_BYTES * 0.85 < _stored(after) <= MOST_BYTES


@pytest.mark.statement("L19")
def test_the_run_says_that_something_was_left_out_and_ends_all_the_same() -> None:
    steps = [step(f"s{number}".ljust(63, "n")) for number in range(500)]
    world = RunWorld(accepted(definition(*steps, failurePolicy="Continue", last=[step("z")])))
    world.settle()
    for known in steps[:-1]:
        world.end(known["name"], Phase.FAILED, message="m" * 5000)
    world.settle()
    assert world.status.message.endswith(LEFT_OUT)
    said = world.status
    world.look()
    assert not is_urgent(said, world.status)
    assert world.status == said  # what is said twice is not written twice
    world.end(steps[-1]["name"])
    world.settle()
    world.end("z")
    world.settle()
    assert world.status.phase is Phase.FAILED
    assert world.status.message.endswith(LEFT_OUT)
    assert _stored(world.status) <= MOST_BYTES
