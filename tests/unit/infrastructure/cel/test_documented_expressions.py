"""What docs/expressions.md says about expressions is so: functions, examples, limits and what is said of errors."""

from collections.abc import Mapping
from typing import Any

import pytest

from myapp.domain.actions.http import RESPONSE
from myapp.domain.actions.resource import OBJECT
from myapp.domain.dependency import DependencyState
from myapp.domain.expression import Computed, ExpressionProblem, NotComputed, ValueKind
from myapp.domain.outputs import RESULT
from myapp.domain.todo_phase import Phase
from myapp.domain.wanted import ROOT, is_wanted
from myapp.infrastructure.cel import cel_compiler, cel_expression, cost, functions, values
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from myapp.infrastructure.http.exchange import Answer
from myapp.infrastructure.http.response_judge import variables_of
from tests import expressions_page as page

#: Written otherwise than by their names; None where a macro or another function writes them.
_WRITTEN: dict[str, str | None] = {
    "@in": "in",
    "_?_:_": "?:",
    "_[_]": "[]",
    "_[?_]": "[?]",
    "_?._": ".?",
    "!_": "!",
    "-_": "-",
    "@not_strictly_false": None,
    "math.@max": None,
    "math.@min": None,
}
_MACROS = {"has", "all", "exists", "exists_one", "filter", "map", "optMap", "optFlatMap"}
_GIVEN = list(page.given_examples())
_FUNCTIONS = list(page.function_examples())
_SAMPLES = {example.root: example.given for example in _GIVEN}
_REFUSED, _WITHOUT_VALUE = (
    page.rows(part) for part in page.section("Errors").split("A `when` is also refused", maxsplit=1)
)


def outcome_of(text: str, variables: Mapping[str, Any]) -> Computed | NotComputed | ExpressionProblem:
    """What the expression comes to."""
    expression = CelCompiler().compile(text, variables)
    return expression if isinstance(expression, ExpressionProblem) else expression.evaluate(variables)


def check(example: page.Example) -> None:
    """It yields this value, of this type."""
    variables = {example.root: example.given} if example.root else {}
    same = f"dyn({example.expression}) == dyn({example.value}) && type({example.expression}) == type({example.value})"
    assert outcome_of(same, variables) == Computed(True), outcome_of(example.expression, variables)


@pytest.mark.parametrize("example", _GIVEN, ids=lambda example: example.expression)
def test_an_example_over_what_is_given(example: page.Example) -> None:
    check(example)


def test_each_root_has_examples() -> None:
    assert {example.root for example in _GIVEN} == {ROOT, OBJECT, RESPONSE, RESULT}


@pytest.mark.parametrize(
    ("names", "examples"), _FUNCTIONS, ids=lambda cell: cell[0] if isinstance(cell[0], str) else ""
)
def test_functions_by_their_examples(names: list[str], examples: list[page.Example]) -> None:
    for example in examples:
        check(example)
    text = " ".join(example.expression for example in examples)
    shown = {"?:": " ? ", "[]": "][1]", "[?]": "[?"}
    assert [name for name in names if shown.get(name, name) not in text] == []


def test_the_table_has_all_functions_and_no_others() -> None:
    known = {_WRITTEN.get(name, name.strip("_") if name.startswith("_") else name) for name in functions.KNOWN}
    listed = [name for names, _ in _FUNCTIONS for name in names]
    assert len(listed) == len(set(listed))
    assert set(listed) == (known - {None}) | _MACROS


@pytest.mark.parametrize(("shown", "said"), _REFUSED, ids=lambda cell: cell)
def test_what_is_refused(shown: str, said: str) -> None:
    problem = CelCompiler().compile(page.code(shown)[0], (RESPONSE,))
    assert isinstance(problem, ExpressionProblem)
    assert str(problem).startswith(page.code(said)[0])


@pytest.mark.parametrize(("shown", "said"), _WITHOUT_VALUE, ids=lambda cell: cell)
def test_what_has_no_value(shown: str, said: str) -> None:
    outcome = outcome_of(page.code(shown)[0], {RESPONSE: _SAMPLES[RESPONSE]})
    assert isinstance(outcome, NotComputed)
    assert outcome.message.startswith(page.code(said)[0])


def test_limits() -> None:
    assert [number for _, number in page.rows(page.section("Limits"))] == [
        f"{limit:,.0f}"
        for limit in (
            cel_compiler.LONGEST_EXPRESSION,
            cel_expression.LARGEST_INPUT,
            cel_expression.MOST_STEPS,
            cost.ITERATIONS,
            values.DEEPEST,
            cel_compiler.MOST_OPTIONAL_MACROS,
            cel_compiler.LARGEST_AUTOMATON,
        )
    ]


def test_a_response_is_as_it_is_shown() -> None:
    sample = _SAMPLES[RESPONSE]
    assert sample is not None
    answer = Answer(sample["status"], sample["headers"], sample["body"])
    assert variables_of(answer) == {RESPONSE: sample}


class Listener:
    """An expression that keeps what it is given."""

    text = "true"
    references = ()
    yields = ValueKind.TRUTH
    given: Mapping[str, Any] | None = None

    def evaluate(self, variables: Mapping[str, Any]) -> Computed:
        """True."""
        self.given = variables
        return Computed(True)


def test_dependencies_are_as_they_are_shown() -> None:
    sample, listener = _SAMPLES[ROOT], Listener()
    assert sample is not None
    states = {name: DependencyState(Phase(seen["phase"]), outputs=seen["outputs"]) for name, seen in sample.items()}
    assert is_wanted(listener, states) is True
    assert listener.given == {ROOT: sample}


@pytest.mark.parametrize(("size", "kind"), [(100, Computed), (256, NotComputed)])
def test_how_much_json_an_answer_may_have(size: int, kind: type[object]) -> None:
    body = f"[{','.join('1' * (size * 512 - 1))}]"  # numbers take the most room for their text
    answer = Answer(200, {}, body)
    assert isinstance(outcome_of("response.status == 200", variables_of(answer)), kind)
