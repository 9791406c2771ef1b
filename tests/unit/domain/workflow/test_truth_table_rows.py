"""Every row of the truth table, played in memory; the test of a row bears its id."""

import pytest

from myapp.domain.decision import DecisionOutcome
from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.children import ChildState
from tests.unit.domain.workflow.builders import definition
from tests.unit.domain.workflow.run_world import RunWorld, accepted
from tests.unit.domain.workflow.truth_table import DEPENDENCIES, Row
from tests.unit.domain.workflow.truth_table_ends import FAILURES, FINALLY
from tests.unit.domain.workflow.truth_table_items import AGAIN, ITEMS, OUTPUTS, PARALLELISM
from tests.unit.domain.workflow.truth_table_stops import CANCEL, TIME

ROWS = (*DEPENDENCIES, *FAILURES, *FINALLY, *CANCEL, *TIME, *ITEMS, *PARALLELISM, *AGAIN, *OUTPUTS)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_row(row: Row) -> None:
    world = _world(row)
    for event in row.happens:
        _happens(world, event)
        world.settle()
    _holds(world, row)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_row_with_a_restart_after_each_event(row: Row) -> None:
    """What is in memory alone makes no difference, unless children are gone whose end nobody recorded."""
    world = _world(row)
    for event in row.happens:
        _happens(world, event)
        world.settle()
        world.restart()
        world.settle()
    _holds(world, row)


def test_ids_are_unique() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


def _world(row: Row) -> RunWorld:
    fields = dict(row.fields)
    last = fields.pop("finally", ())
    world = RunWorld(accepted(definition(*row.steps, last=last, **fields)))
    world.settle()
    return world


def _happens(world: RunWorld, event: str) -> None:
    first, *rest = event.split()
    if first == "after":
        world.seconds += float(rest[0])
    elif first == "refused":
        assert world.decide(*rest) is DecisionOutcome.REFUSED
    elif first[0].isupper():
        assert world.decide(first, *rest) is DecisionOutcome.COUNTED
    elif rest[0] == "gone":
        world.gone(first)
    elif rest[0] == "people":
        world.put(first, ChildState("", Phase.ACTIVE, "AwaitingDecision", waits_for_people=True))
    else:
        pairs = (pair.partition("=") for pair in rest[1:])
        outputs: dict[str, Scalar] = {name: value for name, _, value in pairs}
        world.end(first, Phase(rest[0]), outputs)


def _holds(world: RunWorld, row: Row) -> None:
    found: dict[str, str] = world.stands | {
        "run": f"{world.status.phase}({world.status.reason})",
        "open": " ".join(sorted(world.open_parts)),
    }
    found |= {f"content {part}": str(spec.get("content")) for part, spec in world.specs.items()}
    found |= {f"output {name}": str(value) for name, value in world.status.outputs.items()}
    assert {name: found.get(name) for name in row.then} == row.then, found
