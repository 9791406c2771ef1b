"""Messages in a status have a bound."""

import pytest

from myapp.domain.message import LONGEST_MESSAGE, bounded
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import plan, sees, todo


@pytest.mark.parametrize("length", [0, 1, LONGEST_MESSAGE - 1, LONGEST_MESSAGE])
def test_what_fits_stays_as_it_is(length: int) -> None:
    """Up to the last character."""
    assert bounded("x" * length) == "x" * length


@pytest.mark.parametrize("length", [LONGEST_MESSAGE + 1, 10 * LONGEST_MESSAGE])
def test_what_is_too_long_is_cut_and_marked(length: int) -> None:
    """Nobody takes the beginning of a sentence for the whole."""
    assert bounded("x" * length) == "x" * (LONGEST_MESSAGE - 1) + "…"


def test_no_status_and_no_condition_exceeds_the_bound() -> None:
    """A loop of a hundred long names is spelled out as far as it fits: else the API server would refuse the status."""
    loop = ("a", *(f"{number:03}" + "x" * 250 for number in range(100)), "a")

    status = plan(todo(needs=[loop[1]]), related=sees({loop[1]: Phase.PENDING}, loop=loop)).status

    assert len(status.message) == LONGEST_MESSAGE
    assert max(len(condition.message) for condition in status.conditions) == LONGEST_MESSAGE
