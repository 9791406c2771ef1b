"""The unjudged decisions of each todo, the oldest first, however many there are."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from myapp.application.decision_inbox import DecisionInbox
from myapp.domain.todo_key import TodoKey
from tests.unit.domain.builders import decision

TARGET = TodoKey("shop", "a")

#: Which decision, and whether it is seen or leaves.
steps = st.lists(st.tuples(st.integers(1, 8), st.booleans()), max_size=40)


@given(steps=steps, count=st.integers(1, 10))
def test_the_oldest_of_those_that_are_there(steps: list[tuple[int, bool]], count: int) -> None:
    """In the order in which they were made, in their latest version, whatever has come, gone and come again."""
    inbox, there = DecisionInbox(), {}
    for version, (number, seen) in enumerate(steps):
        made = replace(decision(number, seconds=number % 3), version=str(version))
        if seen:
            inbox.add(made)
            there[made.id] = made
        else:
            inbox.remove(made.id)
            there.pop(made.id, None)
        inbox.oldest_on(TARGET, 1)  # looking takes nothing away

    expected = sorted(there.values(), key=lambda made: made.order)
    assert inbox.oldest_on(TARGET, count) == tuple(expected[:count])
    assert inbox.any_on(TARGET) == bool(there)
    assert len(inbox) == len(there)


def test_a_look_costs_no_more_where_there_are_many() -> None:
    """What is compared grows with what is asked for, not with what waits: 10,000 on one todo are no square."""
    compared = 0

    class Counting(str):
        __slots__ = ()

        def __lt__(self, other: str) -> bool:
            nonlocal compared
            compared += 1
            return str.__lt__(self, other)

    inbox = DecisionInbox()
    for number in range(10_000):
        inbox.add(replace(decision(number, seconds=5), id=Counting(f"{number:05}")))
    compared = 0
    while waiting := inbox.oldest_on(TARGET, 16):
        for made in waiting:
            inbox.remove(made.id)

    assert compared < 10_000 * 40  # a square of 10,000 is 100,000,000
