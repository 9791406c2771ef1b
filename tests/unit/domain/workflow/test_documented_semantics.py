"""docs/semantics.md tells every row of the truth table in its own words, and every other statement names its test."""

import re
from pathlib import Path

from tests.unit.domain.workflow.test_truth_table_rows import ROWS

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
_LINE = re.compile(r"^\| ([WR]\d+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_the_page_is_the_truth_table() -> None:
    """Row by row, in that order: a case that is decided otherwise cannot be told as it was."""
    told = [match for match in _LINE.findall(PAGE) if match[0].startswith("W")]

    assert told == [(row.id, row.situation, row.end) for row in ROWS]


def test_what_only_a_cluster_shows_is_tested_there() -> None:
    """Every other statement is named by a test."""
    statements = {match[0] for match in _LINE.findall(PAGE) if match[0].startswith("R")}
    tests = [
        *(ROOT / "tests" / "e2e" / "workflows").glob("test_*.py"),
        *(ROOT / "tests" / "reliability").glob("test_*.py"),
    ]
    named = {
        name for test in tests for name in re.findall(r'"""(?:[^"]*\b)?(R\d+)\b', test.read_text(encoding="utf-8"))
    }

    assert len(statements) > 5
    assert statements - named == set()
