"""How often the object of a run is written: 2 + steps/10 at most where its steps follow each other within 5 seconds."""

import pytest

from myapp.application.write_pace import LONGEST_QUIET, QUIET
from myapp.domain.todo_phase import Phase
from tests.unit.application.run_process import Process
from tests.unit.domain.workflow.builders import step


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


async def _run(process: Process, steps: list[dict[str, object]], seconds: float, **spec: object) -> int:
    """How many writes a run costs."""
    process.runs.apply("r", steps=steps, **spec)
    process.see_all()
    await process.wait(seconds)
    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    return len(process.runs.status_writes)


def _chain(length: int, duration: str) -> list[dict[str, object]]:
    return [step(f"s{n}", [f"s{n - 1}"] if n else [], wait={"duration": duration}) for n in range(length)]


@pytest.mark.parametrize("length", [1, 2, 10, 19, 30, 100])
@pytest.mark.parametrize("seconds", [0, 1, 3, 4])
@pytest.mark.statement("L25")
async def test_steps_that_follow_each_other_are_told_together(process: Process, length: int, seconds: int) -> None:
    writes = await _run(process, _chain(length, f"{seconds}s"), length * seconds + 10)
    assert writes <= 2 + length / 10


@pytest.mark.parametrize("width", [1, 15, 150, 500])
async def test_steps_side_by_side(process: Process, width: int) -> None:
    steps = [step(f"s{n}", wait={"duration": f"{n % 7 / 2}s"}) for n in range(width)]
    assert await _run(process, steps, 30) <= 2 + width / 10


@pytest.mark.parametrize("items", [5, 50, 300])
@pytest.mark.statement("L25", "L28")
async def test_items(process: Process, items: int) -> None:
    each = step("a", wait={"duration": "1s"}, forEach={"items": list(range(items)), "parallelism": 5})
    assert await _run(process, [each], items / 5 + 20) <= 2 + items / 10


async def test_finally_costs_one_more(process: Process) -> None:
    """What the steps came to is written before anything of it begins."""
    assert await _run(process, _chain(5, "1s"), 30, **{"finally": [step("z")]}) == 3


async def test_what_takes_longer_is_seen_to_be_under_way(process: Process) -> None:
    """Once for each such step, and never again while nothing changes."""
    process.runs.apply("r", steps=_chain(2, "1h"))
    process.see_all()
    await process.wait(QUIET.total_seconds() + 0.1)
    assert [known.phase for known in process.runs.status_of("r").steps] == [Phase.ACTIVE, Phase.PENDING]
    await process.wait(3590)
    assert len(process.runs.status_writes) == 2
    await process.wait(20)
    assert process.runs.status_of("r").steps[1].phase is Phase.ACTIVE
    assert len(process.runs.status_writes) == 3


async def test_whom_a_run_waits_for_is_seen_after_two_seconds(process: Process) -> None:
    """However busy the rest of it is."""
    process.runs.apply("r", steps=[step("ask", manual={}), *_chain(10, "1s")])
    process.see_all()
    await process.wait(2.1)
    assert process.runs.status_of("r").steps[0].reason == "AwaitingDecision"
    process.todos.decide("r.ask")
    process.see_all()
    await process.wait(2.1)
    assert process.runs.status_of("r").steps[0].phase is Phase.SUCCEEDED


async def test_another_process_tells_at_once_what_it_has_found_out(process: Process) -> None:
    process.runs.apply("r", steps=_chain(2, "2s"))
    process.see_all()
    await process.wait(3)
    process.start()
    await process.settle()
    assert process.runs.status_of("r").steps[0].phase is Phase.SUCCEEDED


@pytest.mark.parametrize(("took", "writes"), [(0.01, 12), (0.2, 2)])
async def test_who_is_slow_to_answer_is_told_less_often(process: Process, took: float, writes: int) -> None:
    """Steps of eight seconds each: told one by one, unless that would make them slower still."""
    process.runs.crash = lambda what: process.clock.advance(seconds=took) if what == "before a status" else None
    assert await _run(process, _chain(10, "8s"), 100) == writes


async def test_a_slow_api_server_is_told_of_what_takes_long_all_the_same(process: Process) -> None:
    process.runs.crash = lambda what: process.clock.advance(seconds=9) if what == "before a status" else None
    process.runs.apply("r", steps=_chain(1, "1h"))
    process.see_all()
    await process.wait(LONGEST_QUIET.total_seconds())
    assert len(process.runs.status_writes) == 1
    await process.wait(10)
    assert process.runs.status_of("r").steps[0].phase is Phase.ACTIVE
