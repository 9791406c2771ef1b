"""The plug-in's table and its times, beside kubectl's."""

from datetime import UTC, datetime, timedelta

import pytest

from myapp.cli.todo.age import age, human_duration, until
from myapp.cli.todo.phase_colour import coloured
from myapp.cli.todo.table import table

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_columns_are_aligned_and_empty_cells_named() -> None:
    """Three spaces part columns, nothing trails, and an empty cell reads <none>."""
    assert table(["NAME", "PHASE"], [["a-long-name", "Active"], ["b", ""]]) == [
        "NAME          PHASE",
        "a-long-name   Active",
        "b             <none>",
    ]


def test_headings_can_be_left_out() -> None:
    """--no-headers leaves only what a script wants, no wider than its content."""
    assert table(["A VERY WIDE HEADING"], [["x"]], show_headings=False) == ["x"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A stranger's title can neither colour, nor clear, nor break the table."""
    assert table(["TITLE"], [["evil\x1b[2J\ntitle\r"]], show_headings=False) == ["evil [2J title"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (200, "3m20s"),
        (3600, "60m"),
        (3 * 3600, "3h"),
        (5 * 3600 + 1800, "5h30m"),
        (47 * 3600, "47h"),
        (3 * 86400 + 3600, "3d1h"),
        (30 * 86400, "30d"),
        (800 * 86400, "2y70d"),
        (9 * 365 * 86400, "9y"),
        (-5, "0s"),
    ],
)
def test_durations_read_as_in_the_column_age_of_kubectl(seconds: int, text: str) -> None:
    """The same steps as apimachinery's HumanDuration, so that both tables agree."""
    assert human_duration(timedelta(seconds=seconds)) == text


def test_due_time_is_told_from_now() -> None:
    """Before and after, and nothing where nothing is due."""
    assert until(NOW + timedelta(hours=4), NOW) == "in 4h"
    assert until(NOW - timedelta(seconds=30), NOW) == "30s ago"
    assert until(None, NOW) == ""
    assert age(None, NOW) == "<unknown>"


def test_only_the_phase_is_coloured() -> None:
    """A title that contains a phase's name stays as it is."""
    assert coloured("a   Failed   TimedOut   Failed") == "a   \x1b[31mFailed\x1b[0m   TimedOut   Failed"
    assert coloured("failed-job   Pending   Failed to start") == "failed-job   Pending   Failed to start"
