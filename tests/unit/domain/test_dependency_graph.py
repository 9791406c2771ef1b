"""Loops among dependencies, compared with a plain search that remembers nothing."""

import random
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.domain.dependency_graph import DependencyGraph

NAMES = st.sampled_from("abcdef")
EDITS = st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3, unique=True)), max_size=20)


def graph_of(edges: Mapping[str, str]) -> DependencyGraph:
    """A graph from ``{"a": "bc"}``: a depends on b and c."""
    graph = DependencyGraph()
    for name, dependencies in edges.items():
        graph.set_dependencies(name, dependencies)
    return graph


def reaches_itself(edges: Mapping[str, list[str]], name: str) -> bool:
    """The reference: can one walk from ``name`` back to it?"""
    seen: set[str] = set()
    to_see = list(edges.get(name, ()))
    while to_see:
        current = to_see.pop()
        if current not in seen:
            seen.add(current)
            to_see.extend(edges.get(current, ()))
    return name in seen


def check_loop(edges: Mapping[str, list[str]], name: str, loop: tuple[str, ...]) -> None:
    """Assert that ``loop`` is what ``loop_through(name)`` must be: empty, or a real loop of different members."""
    assert bool(loop) is reaches_itself(edges, name), f"{name} in {edges}: {loop}"
    if loop:
        assert loop[0] == loop[-1] == name
        assert len(set(loop)) == len(loop) - 1
        assert all(after in edges[before] for before, after in pairwise(loop))


@pytest.mark.parametrize(
    ("edges", "name", "loop"),
    [
        pytest.param({}, "a", "", id="unknown name"),
        pytest.param({"a": "a"}, "a", "aa", id="itself"),
        pytest.param({"a": "b", "b": "a"}, "a", "aba", id="two, from one side"),
        pytest.param({"a": "b", "b": "a"}, "b", "bab", id="two, from the other"),
        pytest.param({"a": "b", "b": "c", "c": "a"}, "b", "bcab", id="three, starting with the one asked for"),
        pytest.param({"a": "b", "b": "c"}, "a", "", id="a chain that ends at a name nobody defined"),
        pytest.param({"a": "bc", "b": "d", "c": "d"}, "a", "", id="a diamond"),
        pytest.param({"x": "a", "a": "b", "b": "a"}, "x", "", id="depends on a loop, is no member"),
        pytest.param({"y": "x", "x": "a", "a": "b", "b": "a"}, "x", "", id="between a dependent and a loop"),
        pytest.param({"a": "bx", "b": "a"}, "x", "", id="a loop depends on it"),
        pytest.param({"a": "bc", "b": "a", "c": "d", "d": "c"}, "c", "cdc", id="the second loop, behind the first"),
        pytest.param({"a": "xb", "x": "y", "y": "x", "b": "a"}, "a", "aba", id="a loop of others is looked at first"),
    ],
)
def test_loop_through(edges: dict[str, str], name: str, loop: str) -> None:
    """Members see their loop; who merely depends on one, or is depended on by one, sees none."""
    assert graph_of(edges).loop_through(name) == tuple(loop)


def test_a_loop_is_gone_as_soon_as_it_is_broken_and_back_when_closed_again() -> None:
    """The members heal together."""
    graph = graph_of({"a": "b", "b": "c", "c": "a"})
    graph.set_dependencies("c", ())
    assert [graph.loop_through(name) for name in "abc"] == [(), (), ()]

    graph.set_dependencies("c", "a")

    assert [graph.loop_through(name) for name in "abc"] == [tuple("abca"), tuple("bcab"), tuple("cabc")]


def test_what_was_found_clean_is_asked_again_after_a_new_edge() -> None:
    """An answer of before does not outlive what it was based on."""
    graph = graph_of({"a": "b", "b": "c", "x": "a"})
    assert graph.loop_through("a") == ()

    graph.set_dependencies("c", "a")

    assert graph.loop_through("a") == tuple("abca")


@settings(max_examples=150)
@given(EDITS, st.randoms(use_true_random=False))
def test_equals_the_plain_search_after_any_edits(edits: list[tuple[str, list[str]]], dice: random.Random) -> None:
    """Asking between edits, in any order, leaves nothing behind that falsifies a later answer."""
    graph = DependencyGraph()
    edges: dict[str, list[str]] = {}
    for name, dependencies in edits:
        graph.set_dependencies(name, dependencies)
        edges[name] = dependencies
        for asked in dice.sample("abcdef", dice.randint(0, 3)):
            check_loop(edges, asked, graph.loop_through(asked))
    for asked in dice.sample("abcdef", 6):
        check_loop(edges, asked, graph.loop_through(asked))


@given(EDITS)
def test_dependents_after_any_edits(edits: list[tuple[str, list[str]]]) -> None:
    """Who waits for a name is always the reverse of what was recorded last."""
    graph = DependencyGraph()
    edges: dict[str, list[str]] = {}
    for name, dependencies in edits:
        graph.set_dependencies(name, dependencies)
        edges[name] = dependencies
    for name in "abcdef":
        expected = {dependent for dependent, dependencies in edges.items() if name in dependencies}
        assert graph.dependents_of(name) == expected
        assert graph.has_dependents(name) is bool(expected)


@given(EDITS)
def test_forgetting_everything_leaves_an_empty_graph(edits: list[tuple[str, list[str]]]) -> None:
    """A namespace whose todos are all finished keeps nothing in memory, whatever came before."""
    graph = DependencyGraph()
    for name, dependencies in edits:
        graph.set_dependencies(name, dependencies)
    for name in "abcdef":
        graph.loop_through(name)
    for name in "abcdef":
        graph.set_dependencies(name, ())

    assert all(not graph.has_dependents(name) and graph.loop_through(name) == () for name in "abcdef")
