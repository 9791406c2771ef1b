"""A status with very many failures still fits into an object, and says what it can."""

import json
from dataclasses import asdict

from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_status import LONGEST_STEP_MESSAGE, Counts, ItemFailure, StepStatus
from myapp.domain.workflow.step_bounds import within_bounds

_LARGEST = 256 * 1024
_FAILURES = tuple(ItemFailure(index, "x" * 128) for index in range(10))


def _failed(number: int) -> StepStatus:
    name = f"s{number}".ljust(63, "n")
    return StepStatus(
        name,
        Phase.FAILED,
        "DeadlineExceeded",
        "m" * LONGEST_STEP_MESSAGE,
        f"{'r' * 63}.{name}.r99",
        revision=99,
        items=Counts(10_000, 0, 10_000),
        created=10_000,
        failures=_FAILURES,
    )


def test_few_failures_say_all_there_is_to_say() -> None:
    steps = tuple(map(_failed, range(20)))
    assert within_bounds(steps) is steps


def test_five_hundred_steps_that_have_all_failed_fit() -> None:
    """As they would be stored, but for the quotes of their fields' names, which are shorter there."""
    steps = within_bounds(tuple(map(_failed, range(564))))
    stored = json.dumps(
        [{field: value for field, value in asdict(step).items() if value not in ((), [], "", False)} for step in steps],
        separators=(",", ":"),
    )
    assert len(stored) < _LARGEST - 16 * 1024
    assert {len(step.message) for step in steps} == {48}
    assert steps[0].message.endswith("…")
