"""Which ``$(...)`` are expressions, and where they begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.workflow.placeholders import Placeholder, Unclosed, has_placeholder, split


def _texts(text: str) -> list[str]:
    """The parts, expressions in angle brackets."""
    return [part if isinstance(part, str) else f"<{getattr(part, 'expression', '?')}>" for part in split(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ["plain"]),
        ("$(params.a)", ["<params.a>"]),
        ("a $(params.b) c", ["a ", "<params.b>", " c"]),
        ("$(size(params.list) + 1)!", ["<size(params.list) + 1>", "!"]),
        ("$(params.a + ')' + \"(\")x", ["<params.a + ')' + \"(\">", "x"]),
        ("$(NAME) $(date +%s) $(1 + 1)", ["$(NAME) $(date +%s) $(1 + 1)"]),
        ("$(my.params.x) $(parameters) $('params.x')", ["$(my.params.x) $(parameters) $('params.x')"]),
        ("$$(params.a)", ["$(params.a)"]),
        ("$$$(params.a)", ["$$(params.a)"]),
        ("cat $(cat $(params.file))", ["cat $(cat ", "<params.file>", ")"]),
        ("$(it's $(item)", ["$(it's ", "<item>"]),
        ("${params.a} {{ params.a }} $params", ["${params.a} {{ params.a }} $params"]),
        ("$(steps['smoke-test'].outputs.ok)", ["<steps['smoke-test'].outputs.ok>"]),
        ("", []),
    ],
)
def test_parts(text: str, parts: list[str]) -> None:
    assert _texts(text) == parts


def test_an_expression_says_where_it_begins() -> None:
    found = [part for part in split("one\n  $(params.a)") if isinstance(part, Placeholder)]
    assert (found[0].line, found[0].column) == (2, 5)


def test_one_that_is_not_closed_is_told() -> None:
    assert Unclosed(1, 3) in list(split("a $(params.x"))
    assert list(split("a $(NAME")) == ["a $(NAME"]


@given(st.text(alphabet="$()'\"\\ \nparmsite.x", max_size=60))
def test_every_text_is_split_and_literal_parts_are_kept(text: str) -> None:
    parts = list(split(text))
    assert has_placeholder(text) is any(isinstance(part, Placeholder) for part in parts)
    if not any(isinstance(part, Placeholder | Unclosed) for part in parts):
        assert "".join(part for part in parts if isinstance(part, str)) == text.replace("$$(", "$(")
