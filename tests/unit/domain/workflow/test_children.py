"""The tally of a step's children: what it counts equals what a plain count finds, whatever came in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.children import SINGLE, WINDOW, ChildState, StepTally
from myapp.domain.workflow.run_status import Counts

PHASES = st.sampled_from([Phase.PENDING, Phase.ACTIVE, Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED, Phase.SKIPPED])
SIGHTS = st.lists(st.tuples(st.integers(0, 9), PHASES, st.booleans(), st.integers(0, 2)), max_size=40)


def _child(phase: Phase, *, people: bool = False, revision: int = 0, message: str = "") -> ChildState:
    return ChildState("run.step.0", phase, "", message, people and not phase.final, revision=revision)


@given(SIGHTS, st.integers(0, 2))
def test_it_counts_what_is_there(sights: list[tuple[int, Phase, bool, int]], revision: int) -> None:
    tally = StepTally()
    known: dict[int, ChildState] = {}
    for index, phase, people, seen_in in sights:
        child = _child(phase, people=people, revision=seen_in)
        before = known.get(index)
        if (
            before is None
            or seen_in > before.revision
            or (seen_in == before.revision and (child.phase.final or not before.phase.final))
        ):
            known[index] = child
        tally.put(index, child)
    tally.at(revision)
    counting = [child for child in known.values() if child.revision == revision or child.phase is Phase.SUCCEEDED]
    phases = [child.phase for child in counting]
    open_ = [child for child in counting if not child.phase.final]
    assert tally.counts(10) == Counts(
        10,
        phases.count(Phase.SUCCEEDED),
        phases.count(Phase.FAILED),
        phases.count(Phase.SKIPPED),
        phases.count(Phase.CANCELLED),
        len(open_),
    )
    assert tally.waiting_for_people == sum(child.waits_for_people for child in open_)
    assert tally.running == len(open_) - tally.waiting_for_people
    there = {index for index, child in known.items() if child in counting}
    assert tally.begun_until == next(index for index in range(11) if index not in there)
    assert list(tally.to_begin(10)) == [index for index in range(10) if index not in there]


def test_only_what_the_run_must_know_is_news() -> None:
    tally = StepTally()
    assert not tally.put(0, _child(Phase.PENDING))
    assert not tally.put(0, _child(Phase.ACTIVE))
    assert tally.put(0, _child(Phase.ACTIVE, people=True))
    assert not tally.put(0, _child(Phase.ACTIVE, people=True))
    assert tally.put(0, _child(Phase.SUCCEEDED))
    assert not tally.put(0, _child(Phase.SUCCEEDED))
    assert not tally.put(0, _child(Phase.ACTIVE))
    assert tally.counts(1).succeeded == 1


def test_a_child_that_is_gone_before_its_end_has_failed() -> None:
    tally = StepTally()
    tally.put(SINGLE, _child(Phase.ACTIVE))
    assert tally.gone(SINGLE, "run.step.0")
    child = tally.child()
    assert child is not None
    assert (child.phase, child.reason) == (Phase.FAILED, "ChildDeleted")
    assert not tally.gone(SINGLE, "run.step.0")


def test_a_child_that_is_gone_after_its_end_has_ended_all_the_same() -> None:
    tally = StepTally()
    tally.put(SINGLE, _child(Phase.SUCCEEDED))
    assert not tally.gone(SINGLE, "run.step.0")
    assert tally.counts(1).succeeded == 1


def test_items_are_begun_in_a_window() -> None:
    """Item 64 is not begun before item 0 was: from what is there it can be told what must once have been."""
    tally = StepTally()
    assert list(tally.to_begin(1000)) == list(range(WINDOW))
    for index in range(1, WINDOW):
        tally.put(index, _child(Phase.SUCCEEDED))
    assert list(tally.to_begin(1000)) == [0]
    assert tally.surely_begun_until == 0
    tally.put(200, _child(Phase.SUCCEEDED))
    assert tally.surely_begun_until == 201 - WINDOW


@pytest.mark.statement("L28")
def test_the_first_ten_failures_are_told() -> None:
    tally = StepTally()
    for index in reversed(range(30)):
        tally.put(index, _child(Phase.FAILED, message=f"no {index}"))
    assert [(failure.index, failure.message) for failure in tally.failures()] == [(n, f"no {n}") for n in range(10)]


def test_outputs_are_a_list_by_index() -> None:
    tally = StepTally()
    tally.put(2, ChildState("x", Phase.SUCCEEDED, outputs={"a": 1}))
    assert tally.outputs(3) == [None, None, {"a": 1}]
