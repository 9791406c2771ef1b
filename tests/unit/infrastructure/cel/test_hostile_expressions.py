"""No expression and no variables cost more than what is allowed, and none raises: an evil one costs the others nothing.

Time is measured as CPU time of this thread, so that a busy machine does not fail the test.
"""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.domain.expression import Computed, ExpressionProblem, NotComputed
from myapp.domain.json_value import JsonValue
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.cel.cel_expression import LARGEST_INPUT

#: Seconds; typical are 20 to 40 ms at the bound of the cost.
_LONGEST = 0.5
_LONG_TEXT = "a" * 200_000


def _within_bounds(act: Callable[[], object]) -> None:
    began = time.thread_time()
    act()
    assert time.thread_time() - began < _LONGEST


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("['aaaaaaaa']" + ".map(a, a + a)" * 26 + "[0].size()", None),
        ("x.l.map(i, x.s + 'a').size()", {"l": [1] * 9000, "s": _LONG_TEXT}),
        ("x.l.map(i, x.s.upperAscii()).size()", {"l": [1] * 9000, "s": _LONG_TEXT}),
        ("x.l.all(i, !x.s.contains('bbb'))", {"l": [1] * 9000, "s": _LONG_TEXT}),
        ("x.l.all(i, !x.s.matches('(a|b|c)+z'))", {"l": [1] * 9000, "s": _LONG_TEXT}),
        ("x.all(i, x.all(j, x.all(k, i + j + k >= 0)))", list(range(5000))),
        ("x.all(i, " + " && ".join(["i >= 0"] * 200) + ")", list(range(9000))),
        ("x.replace('', '" + "b" * 1000 + "').replace('', '" + "b" * 500 + "')", "a" * 3000),
        ("[x, x, x, x].join(x).size()", _LONG_TEXT),
        ("x.split('').map(c, x).size()", "a" * 20_000),
        ("x.map(c, c)", ["a"] * 9000),
        ("x.filter(c, true)", ["a"] * 9000),
        ("x.split('').map(c, c).size()", "a" * 9000),
        ("x.l.map(i, x.s)", {"l": [1] * 5000, "s": _LONG_TEXT}),
        ("x.matches('(.*a.{1,12}b)|(.*b.{1,13}c)')", "abcdabbcbabcabc" * 1000),
    ],
)
def test_what_could_take_long_is_refused_before_it_begins(text: str, x: object) -> None:
    expression = CelCompiler().compile(text, ["x"])
    assert not isinstance(expression, ExpressionProblem)
    outcome: list[object] = []
    _within_bounds(lambda: outcome.append(expression.evaluate({"x": x})))
    assert isinstance(outcome[0], NotComputed)
    assert "could take" in outcome[0].message


@pytest.mark.parametrize("text", ["x.map(c, c)", "x.filter(c, c.size() > 0)", "x.all(c, c == 'name')", "x.join(',')"])
@pytest.mark.parametrize("count", [10, 100, 500])
def test_lists_of_some_hundreds_are_allowed(text: str, count: int) -> None:
    expression = CelCompiler().compile(text, ["x"])
    assert not isinstance(expression, ExpressionProblem)
    assert isinstance(expression.evaluate({"x": ["name"] * count}), Computed)


@pytest.mark.parametrize(
    "text", ["x.map(c, c)", "x.map(c, x.map(d, d))", "x.all(c, c == 'a')", "x.map(c, [c]).map(d, d)"]
)
def test_what_is_just_allowed_takes_no_longer_than_it_may(text: str) -> None:
    """Lists from short to long, so that one lies close to the bound."""
    expression = CelCompiler().compile(text, ["x"])
    assert not isinstance(expression, ExpressionProblem)
    for count in range(10, 9000, 150):
        _within_bounds(lambda values=["a"] * count: expression.evaluate({"x": values}))  # type: ignore[misc]


def test_variables_that_are_too_large_are_refused() -> None:
    expression = CelCompiler().compile("x.size()", ["x"])
    assert not isinstance(expression, ExpressionProblem)
    outcome = expression.evaluate({"x": "a" * LARGEST_INPUT})
    assert isinstance(outcome, NotComputed)
    assert f"allowed are {LARGEST_INPUT}" in outcome.message


def test_what_people_write_over_a_list_of_a_hundred_pods_is_allowed() -> None:
    condition = {"type": "Ready", "status": "True", "message": "m" * 100}
    pods = [
        {"metadata": {"name": f"p{n}"}, "status": {"phase": "Running", "conditions": [condition] * 4}}
        for n in range(100)
    ]
    ready = "x.items.all(p, p.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True'))"
    for text, value in ((ready, True), ("x.items.filter(p, p.status.phase == 'Running').size()", 100)):
        expression = CelCompiler().compile(text, ["x"])
        assert not isinstance(expression, ExpressionProblem)
        assert expression.evaluate({"x": {"items": pods}}) == Computed(value)


_PIECES = st.sampled_from(
    [
        *"()[]{}.,:?!+-*/%<>=&|'\"\\ \n0123x", "x", "x.a", "x['b']", "'text'", "\"\"", "1", "2u", "3.5", "true", "null",
        ".map(i, ", ".all(i, ", ".filter(i, ", ".exists(j, ", "i", "j", ")", " + ", " == ", " in ", "has(x.a)", "size(",
        ".matches('a+')", ".split('')", ".join('--')", ".replace('a', 'bb')", ".format([x])", ".optMap(v, v)", "?.a",
        "timestamp(", "duration('1h')", "x ? x : x", "[x, x]", "{'k': x}", "dyn(", "type(", "\x00", "é", "\U0001f600",
    ]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@settings(max_examples=600)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200), _JSON)
def test_no_text_raises_or_takes_long(text: str, x: JsonValue) -> None:
    compiler = CelCompiler()

    def act() -> None:
        expression = compiler.compile(text, ["x"])
        if not isinstance(expression, ExpressionProblem):
            assert isinstance(expression.evaluate({"x": x}), Computed | NotComputed)

    _within_bounds(act)


_LOOPS = st.recursive(
    st.sampled_from(["x", "x.a", "x.b", "i", "'text'", "[x, x]", "1"]),
    lambda inner: (
        st.builds("{}.map(i, {})".format, inner, inner)
        | st.builds("({} + {})".format, inner, inner)
        | st.builds("{}.all(i, {} == {})".format, inner, inner, inner)
        | st.builds("{}.replace({}, {})".format, inner, st.sampled_from(["''", "'a'"]), inner)
        | st.builds("{}.join({})".format, inner, inner)
        | st.builds("{}.split('')".format, inner)
        | st.builds("'%s%s'.format([{}, {}])".format, inner, inner)
        | st.builds("{}.filter(i, {} in {})".format, inner, inner, inner)
    ),
    max_leaves=12,
)


@settings(max_examples=400)
@given(
    _LOOPS, st.sampled_from([["a" * 2000] * 100, {"a": ["b"] * 3000, "b": "a" * 50_000}, "a" * 20_000, [[1] * 90] * 90])
)
def test_no_nesting_of_loops_and_texts_takes_long(text: str, x: JsonValue) -> None:
    expression = CelCompiler().compile(text, ["x"])
    if not isinstance(expression, ExpressionProblem):
        _within_bounds(lambda: expression.evaluate({"x": x}))
