"""Every statement of docs/semantics.md has a name, and a test that bears it; the truth table is told row by row."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.domain.workflow.test_truth_table_rows import ROWS

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
_ROW_OF_RUNS = re.compile(r"^\| ([WL]\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
_DEFINED = re.compile(r"^(?:\| ([A-Z]\d+) \||- \*\*([A-Z]\d+)\*\* )", re.MULTILINE)
_NAME = re.compile(r"\b[A-Z]\d+\b")
_IN_A_TABLE = re.compile(r"\|[ -]*\|")
"""Its header and the line below: the first column, of the names, has no heading."""


def _defined() -> list[str]:
    return [first or second for first, second in _DEFINED.findall(PAGE)]


def _blocks() -> Iterator[str]:
    """Rows of tables, items of lists, paragraphs: whatever could say something."""
    text = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    for block in re.split(r"\n(?=- |\| |\|-|\n)", text):
        told = block.strip()
        if told and not told.startswith("#") and not _IN_A_TABLE.match(told):
            yield told


def _borne() -> Iterator[tuple[str, str]]:
    """The statements that tests bear by their mark, each with the test's file."""
    for file in (ROOT / "tests").rglob("test_*.py"):
        source = file.read_text(encoding="utf-8")
        if "mark.statement" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                calls = (mark for mark in node.decorator_list if isinstance(mark, ast.Call))
                marks = (call for call in calls if ast.unparse(call.func) == "pytest.mark.statement")
                yield from ((str(ast.literal_eval(name)), file.name) for call in marks for name in call.args)


def test_the_page_is_the_truth_table() -> None:
    """Row by row, in that order: a case that is decided otherwise cannot be told as it was."""
    told = [match for match in _ROW_OF_RUNS.findall(PAGE) if match[0].startswith("W")]

    assert told == [(row.id, row.situation, row.end) for row in ROWS]


def test_names_are_given_once() -> None:
    """And there are many."""
    names = _defined()

    assert len(names) > 150
    assert len(names) == len(set(names))


def test_nothing_is_stated_without_a_name() -> None:
    """Each row and each item is one statement, and what stands between them says which ones it is about."""
    names = set(_defined())

    assert [block for block in _blocks() if not names & set(_NAME.findall(block))] == []


def test_every_statement_is_borne_by_a_test() -> None:
    """Those of the truth table by the row itself, all others by a mark; and no mark names what is not stated."""
    borne = {name for name, _ in _borne()}

    assert set(_defined()) - borne - {row.id for row in ROWS} == set()
    assert borne - set(_defined()) == set()


def test_what_the_design_refers_to_is_stated() -> None:
    """Each fault of a peer is answered by statements that there are."""
    design = (ROOT / "docs" / "design" / "workflows.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| ([WL]\d+(?:, [WL]\d+)*) \|$", design, re.MULTILINE)

    assert len(rows) > 10
    assert {name for _, names in rows for name in names.split(", ")} - set(_defined()) == set()


@pytest.mark.parametrize(
    ("added", "found"),
    [("- It also sings.\n", "- It also sings."), ("Nobody knows why.\n", "Nobody knows why."), ("| | x | y |\n", "")],
)
def test_a_statement_that_is_added_without_a_name_is_found(
    monkeypatch: pytest.MonkeyPatch, added: str, found: str
) -> None:
    """The check itself would notice."""
    monkeypatch.setattr(f"{__name__}.PAGE", f"{PAGE}\n{added}")
    names = set(_defined())

    assert [block for block in _blocks() if not names & set(_NAME.findall(block))] == ([found] if found else [])
