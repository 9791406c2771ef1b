"""Percentiles, and the time from a dependency's end to its dependent's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.wake_latency import percentile, wake_latencies


def test_each_dependent_is_measured_from_its_own_dependency() -> None:
    """Chains do not mix, and the first Todo of a chain counts for nothing."""
    ends = {"todo-0-0": 1.0, "todo-1-0": 5.0, "todo-0-1": 1.5, "todo-1-1": 5.25, "todo-0-2": 4.5}

    assert wake_latencies(ends) == [0.5, 0.25, 3.0]


def test_ten_follows_nine() -> None:
    """Positions are numbers, not text."""
    assert wake_latencies({"todo-7-0": 1.0, "todo-7-1": 1.0, **{f"todo-7-{n}": 1.0 + n for n in range(2, 11)}}) == [
        0.0,
        2.0,
        *[1.0] * 8,
    ]


def test_a_dependent_without_its_dependency_is_an_error() -> None:
    """A Todo that ended before its dependency's end was seen is no measurement."""
    with pytest.raises(KeyError, match="todo-0-3"):
        wake_latencies({"todo-0-4": 1.0})


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        pytest.param(50, 20.0, id="median"),
        pytest.param(75, 30.0, id="exactly on a rank"),
        pytest.param(76, 40.0, id="just above a rank"),
        pytest.param(1, 10.0, id="lowest"),
        pytest.param(100, 40.0, id="highest"),
    ],
)
def test_percentile_is_the_nearest_rank(percent: float, expected: float) -> None:
    """Order does not matter and nothing is interpolated."""
    assert percentile([40.0, 10.0, 30.0, 20.0], percent) == expected


@given(
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=50),
    st.floats(min_value=0, max_value=100, exclude_min=True),
)
def test_enough_values_are_not_above_a_percentile(values: list[float], percent: float) -> None:
    """The definition itself, for any values."""
    result = percentile(values, percent)

    assert result in values
    assert sum(value <= result for value in values) * 100 >= percent * len(values) * (1 - 1e-9)


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_impossible_percentiles_are_refused(values: list[float], percent: float) -> None:
    """No values, or a percentage that is none."""
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)
