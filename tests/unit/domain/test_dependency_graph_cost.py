"""What a question to the graph costs, counted in look-ups of names: a number that no busy machine changes."""

from collections.abc import Callable, Iterable

import pytest

from myapp.domain.dependency_graph import DependencyGraph

LOOKUPS_PER_TODO = 30


class Tally:
    """Makes names that count how often they are hashed, which is once per look-up in a dict or set."""

    def __init__(self) -> None:
        self.lookups = 0

    def names(self, count: int) -> list[str]:
        """So many names, the first being ``t0``."""
        tally = self

        class CountedName(str):
            __slots__ = ()

            def __hash__(self) -> int:
                tally.lookups += 1
                return super().__hash__()

        return [CountedName(f"t{number}") for number in range(count)]


def chain_of(names: list[str], end: str) -> DependencyGraph:
    """Each of ``names`` depends on the next; the last on ``end``."""
    graph = DependencyGraph()
    for name, following in zip(names, [*names[1:], end], strict=True):
        graph.set_dependencies(name, [following])
    return graph


def shuffled(names: list[str]) -> list[str]:
    """The names in an order that is the same every time and follows no pattern."""
    return sorted(names, key=lambda name: str(name)[::-1])


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(list, id="who waits for all first"),
        pytest.param(reversed, id="who waits for nobody first"),
        pytest.param(shuffled, id="mixed"),
    ],
)
def test_a_long_chain_is_walked_once_not_once_per_member(order: Callable[[list[str]], Iterable[str]]) -> None:
    """20,000 todos in a row cost a small number of look-ups each, whichever is asked first."""
    tally = Tally()
    names = tally.names(20_000)
    graph = chain_of(names, "nobody")
    asked = list(order(names))
    tally.lookups = 0

    assert not any(graph.loop_through(name) for name in asked)

    assert tally.lookups <= LOOKUPS_PER_TODO * len(names)


def test_a_finished_todo_at_the_end_of_a_chain_costs_the_others_nothing() -> None:
    """Removing edges closes no loop: what was found clean stays so."""
    tally = Tally()
    names = tally.names(2_000)
    graph = chain_of(names, "nobody")
    graph.loop_through(names[1])
    tally.lookups = 0

    for name in reversed(names):
        graph.set_dependencies(name, ())
        graph.loop_through(names[1])

    assert tally.lookups <= LOOKUPS_PER_TODO * len(names)


def test_one_question_from_behind_a_long_chain_to_a_loop_is_one_walk() -> None:
    """Whoever depends on a loop from afar pays for the way to it, not for its square."""
    tally = Tally()
    names = tally.names(1_000)
    graph = chain_of(names, "loop")
    graph.set_dependencies("loop", ["loop"])
    tally.lookups = 0

    assert graph.loop_through(names[1]) == ()

    assert tally.lookups <= LOOKUPS_PER_TODO * len(names)


def test_a_ladder_is_not_walked_once_per_way_through_it() -> None:
    """60 diamonds in a row have 2^60 ways through them; each todo is entered once."""
    tally = Tally()
    names = tally.names(120)
    graph = DependencyGraph()
    for left in range(0, 118, 2):
        for name in (names[left], names[left + 1]):
            graph.set_dependencies(name, names[left + 2 : left + 4])
    graph.set_dependencies("dependent", [names[0]])

    assert graph.loop_through(names[0]) == ()

    assert tally.lookups <= LOOKUPS_PER_TODO * len(names)


@pytest.mark.parametrize("place", [0, 1, 2_500, 4_999])
def test_depth_is_no_limit(place: int) -> None:
    """A loop of 5,000 members is found from any of them: the walk does not recurse."""
    names = [f"t{number}" for number in range(5_000)]
    graph = chain_of(names, names[0])

    assert graph.loop_through(names[place]) == (*names[place:], *names[: place + 1])
