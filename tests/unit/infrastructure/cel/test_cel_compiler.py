"""What expressions yield, and how wrong ones are refused."""

import json
from typing import Any

import pytest

from myapp.domain.expression import Computed, ExpressionProblem, NotComputed
from myapp.domain.json_value import JsonValue
from myapp.infrastructure.cel.cel_compiler import LONGEST_EXPRESSION, CelCompiler

DEPENDENCIES = {"smoke-test": {"phase": "Succeeded", "outputs": {"ok": True, "count": 3, "names": "a,b"}}}
VARIABLES: dict[str, Any] = {"dependencies": DEPENDENCIES}


def outcome_of(text: str) -> Computed | NotComputed:
    expression = CelCompiler().compile(text, VARIABLES)
    assert not isinstance(expression, ExpressionProblem), expression
    return expression.evaluate(VARIABLES)


def problem_of(text: str) -> ExpressionProblem:
    problem = CelCompiler().compile(text, VARIABLES)
    assert isinstance(problem, ExpressionProblem)
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("dependencies['smoke-test'].outputs.ok", True),
        ("dependencies['smoke-test'].outputs.count * 2", 6),
        ("has(dependencies.other)", False),
        ("dependencies.?other.phase.orValue('none')", "none"),
        ("dependencies['smoke-test'].outputs.names.split(',')", ["a", "b"]),
        ("dependencies.all(name, dependencies[name].phase == 'Succeeded')", True),
        ("[1, 2, 3].filter(n, n > 1).map(n, n * n)", [4, 9]),
        ("'%s-%d'.format(['a', 1])", "a-1"),
        ("'v1.2'.matches('^v[0-9.]+$')", True),
        ("timestamp('2026-01-01T00:00:00Z') + duration('1h')", "2026-01-01T01:00:00Z"),
        ("duration('90m')", "5400s"),
        ("duration('1.5s')", "1.5s"),
        ("b'abc'", "YWJj"),
        ("3u", 3),
        ("null", None),
    ],
)
def test_an_expression_yields_plain_json(text: str, value: JsonValue) -> None:
    assert outcome_of(text) == Computed(value)


def test_keys_are_sorted_whatever_order_the_library_has() -> None:
    outcome = outcome_of("{'b': 1, 'c': {'z': 1, 'y': 2}, 'a': 3}")
    assert isinstance(outcome, Computed)
    assert json.dumps(outcome.value) == '{"a": 3, "b": 1, "c": {"y": 2, "z": 1}}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dependencies.other", 'Key not found in map : "other"'),
        ("1 / 0", "divide by zero"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("1.0 / 0.0", "JSON does not have"),
        ("{1: 2}", "keys that are no texts"),
        ("type(1)", "it yields a type"),
        ("optional.of(1)", "orValue"),
    ],
)
def test_what_has_no_value_says_why(text: str, said: str) -> None:
    outcome = outcome_of(text)
    assert isinstance(outcome, NotComputed)
    assert said in outcome.message


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("1 +", 1, 4, "expecting"),
        ("1 +\n  other", 2, 3, "names are dependencies"),
        ("'a'.startswith('b')", 1, 15, "startswith"),
        ("1 + 'a'", 1, 3, "no matching overload"),
        ("", 1, 1, "an expression is needed"),
        ("google.protobuf.Int64Value{value: 1}", 1, 1, "cannot be made"),
        ("'a'.matches(dependencies.x)", 1, 12, "literal"),
        ("'a'.matches('(a{1,1000}){1,1000}')", 1, 12, "too large"),
    ],
)
def test_a_wrong_expression_is_refused_with_its_place(text: str, line: int, column: int, said: str) -> None:
    problem = problem_of(text)
    assert (problem.line, problem.column) == (line, column)
    assert said in problem.message
    assert str(problem).startswith(f"line {line}, column {column}: ")


@pytest.mark.parametrize(
    "text",
    ["x" * (LONGEST_EXPRESSION + 1), "optional.of(1)" + ".optMap(v, v)" * 5, "\ud800", "(" * 100 + "1" + ")" * 100],
)
def test_what_is_too_long_or_no_text_is_refused(text: str) -> None:
    assert problem_of(text).message


def test_references_are_told_with_their_places_and_without_the_variables_of_loops() -> None:
    text = "dependencies['smoke-test'].outputs.ok && [1].all(dependencies, dependencies > 0) && dependencies.size() > 0"
    expression = CelCompiler().compile(text, VARIABLES)
    assert not isinstance(expression, ExpressionProblem)
    found = [(reference.path, reference.column) for reference in expression.references]
    assert found == [(("dependencies", "smoke-test", "outputs", "ok"), 1), (("dependencies",), text.rindex("dep") + 1)]


def test_what_was_compiled_is_kept_and_the_oldest_goes_first() -> None:
    compiler = CelCompiler(capacity=2)
    first, second = compiler.compile("1", ()), compiler.compile("2 +", ())
    assert compiler.compile("1", ()) is first
    compiler.compile("3", ())
    assert compiler.compile("1", ()) is first
    assert compiler.compile("2 +", ()) is not second


@pytest.mark.parametrize("value", [{1: 2}, object(), 2**63, "\ud800", float("nan")])
def test_variables_that_are_no_json_have_no_outcome_but_a_declared_one(value: object) -> None:
    expression = CelCompiler().compile("x == x", ["x"])
    assert not isinstance(expression, ExpressionProblem)
    assert isinstance(expression.evaluate({"x": value}), Computed if isinstance(value, float) else NotComputed)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("true || duration('1d') > duration('1h')", 17),
        ("[timestamp('2026-12-01')]", 11),
        ("int('1e3')", 4),
        ("dependencies.x.y.matches('[')", 25),
    ],
)
def test_a_literal_that_can_never_have_a_value(text: str, column: int) -> None:
    """When it is compiled, wherever it stands: it may be evaluated for the first time in an hour."""
    problem = problem_of(text)
    assert (problem.line, problem.column) == (1, column)
    assert " cannot read '" in str(problem)


@pytest.mark.parametrize("text", ["int('12')", "uint('3')", "double('1e3')", "bool('true')", "int(dependencies.x)"])
def test_a_literal_that_has_one(text: str) -> None:
    """What is computed is not judged."""
    assert not isinstance(CelCompiler().compile(text, VARIABLES), ExpressionProblem)


def test_a_long_literal_is_not_repeated_whole() -> None:
    """The message is for people."""
    assert len(str(problem_of(f"duration('{'x' * 1000}')"))) < 200
