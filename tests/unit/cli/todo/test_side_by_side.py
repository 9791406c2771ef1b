"""Two questions at the same time."""

import threading

import pytest

from myapp.cli.todo.side_by_side import side_by_side


def test_both_are_asked_at_the_same_time() -> None:
    """Each waits for the other to have begun; one after the other they would wait in vain."""
    begun = threading.Barrier(2, timeout=30)

    assert side_by_side(lambda: (begun.wait(), "a")[1], lambda: (begun.wait(), "b")[1]) == ("a", "b")


@pytest.mark.parametrize("fails", ["first", "second", "both"])
def test_what_one_raises_is_raised_after_both_have_ended(fails: str) -> None:
    """The first's failure wins."""
    ended = []

    def ask(name: str) -> str:
        ended.append(name)
        if fails in (name, "both"):
            raise ValueError(name)
        return name

    with pytest.raises(ValueError, match="second" if fails == "second" else "first"):
        side_by_side(lambda: ask("first"), lambda: ask("second"))
    assert sorted(ended) == ["first", "second"]
