"""Names of children: short enough, told apart, and read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.child_names import ChildPart, parse_part, part_of_todo, run_name, todo_name

RUN = TodoKey("shop", "release-7")
NAME = st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (ChildPart("build"), "release-7.build"),
        (ChildPart("build", 0), "release-7.build.0"),
        (ChildPart("build", 12, 2), "release-7.build.12.r2"),
        (ChildPart("build", None, 1), "release-7.build.r1"),
        (ChildPart("r1", None, 0), "release-7.r1"),
    ],
)
def test_the_name_of_a_todo_says_which_part_it_is(part: ChildPart, name: str) -> None:
    assert todo_name(RUN, part) == name
    assert parse_part(part_of_todo(RUN.name, name)) == part


@pytest.mark.parametrize("text", ["", ".", "a.b", "a.1.2", "a.rx", "a..r1"])
def test_other_names_are_no_parts(text: str) -> None:
    assert parse_part(text) is None


def test_a_todo_of_another_name_is_no_part() -> None:
    assert part_of_todo("release", "release-7.build") == ""


@given(NAME, NAME, st.none() | st.integers(0, 9999), st.integers(0, 99))
def test_the_name_of_a_run_is_a_run_s_name(run: str, step: str, index: int | None, revision: int) -> None:
    """63 characters without a dot, and another one for each part and each run."""
    part = ChildPart(step, index, revision)
    name = run_name(TodoKey("shop", run), "uid-1", part)
    assert re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", name)
    assert name != run_name(TodoKey("shop", run), "uid-2", part)
    assert name != run_name(TodoKey("shop", run), "uid-1", ChildPart(step, index, revision + 1))
    assert parse_part(str(part)) == part
