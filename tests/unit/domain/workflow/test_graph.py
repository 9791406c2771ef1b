"""Order, ancestors and loops."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.graph import StepGraph, ancestors, cycles
from tests.unit.domain.workflow.builders import definition, step


def test_each_comes_after_what_it_depends_on_else_as_written() -> None:
    steps = definition(step("c", ["b"]), step("x"), step("b", ["a"]), step("a")).steps
    assert [found.name for found in StepGraph.of(steps).ordered] == ["a", "b", "c", "x"]


def test_ancestors_are_all_that_has_ended_before() -> None:
    steps = definition(step("a"), step("b", ["a"]), step("c", ["b"]), step("d")).steps
    assert ancestors(steps) == {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": set()}


def test_a_failure_is_handled_where_some_step_waits_for_it() -> None:
    graph = StepGraph.of(definition(step("a"), step("b", {"a": ["Failed"]}), step("c", ["b"])).steps)
    assert graph.failure_is_handled("a", Phase.FAILED)
    assert not graph.failure_is_handled("a", Phase.CANCELLED)
    assert not graph.failure_is_handled("b", Phase.FAILED)
    assert graph.failure_is_handled("b", Phase.SKIPPED)


def test_loops_are_spelled_out() -> None:
    steps = definition(step("a", ["b"]), step("b", ["c"]), step("c", ["b"]), step("d", ["d"]), step("e")).steps
    assert list(cycles(steps)) == [("b", "c", "b"), ("d", "d")]


def test_a_chain_as_long_as_can_be_is_no_trouble() -> None:
    steps = definition(*(step(f"s{n}", [f"s{n + 1}"] if n < 499 else []) for n in range(500))).steps
    assert [found.name for found in StepGraph.of(steps).ordered][:2] == ["s499", "s498"]
    assert list(cycles(steps)) == []


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_loops_are_found_exactly_where_there_is_no_order(edges: list[tuple[int, int]]) -> None:
    needs: dict[int, set[str]] = {number: set() for number in range(8)}
    for one, other in edges:
        needs[one].add(f"s{other}")
    steps = definition(*(step(f"s{number}", sorted(before)) for number, before in needs.items())).steps
    left = {f"s{number}": set(before) for number, before in needs.items()}
    while free := [name for name, before in left.items() if not before]:
        for name in free:
            del left[name]
        for before in left.values():
            before.difference_update(free)
    found = list(cycles(steps))
    assert bool(found) is bool(left)
    for loop in found:
        assert loop[0] == loop[-1]
        assert all(after in needs[int(name[1:])] for name, after in pairwise(loop))
