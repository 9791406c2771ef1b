"""Putting values into JSON."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.expression import Computed, ExpressionProblem, NotComputed
from myapp.domain.json_value import JsonValue
from myapp.domain.workflow.expression_fields import EXPRESSION_FIELDS, as_literal, expressions_in, with_expressions
from myapp.domain.workflow.interpolation import Resolved, Template, compiled_template
from tests.unit.domain.workflow.builders import COMPILER

VARIABLES: dict[str, Any] = {
    "params": {"n": 3, "text": "a", "yes": True, "list": [1, "b"], "map": {"k": 1.5}, "sly": "$(params.text)"},
    "steps": {},
    "workflow": {"name": "w"},
}
ROOTS = ("params", "steps", "workflow")


def _template(source: JsonValue) -> Template:
    template, problems = compiled_template(source, COMPILER, ROOTS)
    assert problems == ()
    return template


def _resolved(source: JsonValue) -> JsonValue:
    outcome = _template(source).resolve(VARIABLES)
    assert isinstance(outcome, Resolved), outcome
    return outcome.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("$(params.n)", 3),
        ("$(params.yes)", True),
        ("$(params.list)", [1, "b"]),
        ("$(params.map)", {"k": 1.5}),
        ("n is $(params.n)", "n is 3"),
        ("$(params.yes)/$(params.text)", "true/a"),
        ("x$(params.list)", 'x[1,"b"]'),
        ("x$(params.map)", 'x{"k":1.5}'),
        (" $(params.n)", " 3"),
        ({"a": ["$(params.n)", {"b": "$(workflow.name)"}], "c": 1}, {"a": [3, {"b": "w"}], "c": 1}),
        ({"$(params.text)": 1}, {"$(params.text)": 1}),
        ("$(NAME)", "$(NAME)"),
        ("$$(params.n)", "$(params.n)"),
    ],
)
def test_values(source: JsonValue, value: JsonValue) -> None:
    found = _resolved(source)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.statement("L20")
def test_a_value_is_never_looked_at_again() -> None:
    assert _resolved("$(params.sly)") == "$(params.text)"
    assert _resolved("x $(params.sly)") == "x $(params.text)"


@pytest.mark.parametrize("field", [*EXPRESSION_FIELDS, "outputs[1].value"])
def test_a_value_is_never_evaluated_as_an_expression(field: str) -> None:
    """Whatever it is, it becomes a literal: it can end no text and call nothing."""
    sly = """1' || true || "x" + '\\\n\u2028\U0001f600$(params.text)"""
    text = "response.a == $(params.sly) || $(params.map) == {} || $(params.n) < $(params.less) || $(params.list) != []"
    spec = with_expressions({"http": {}, "resource": {}, "outputs": [{}, {}]}, {field: text})
    template, problems = compiled_template(spec, COMPILER, ROOTS)
    resolved = template.resolve({**VARIABLES, "params": {**VARIABLES["params"], "sly": sly, "less": -4}})
    assert problems == ()
    assert isinstance(resolved, Resolved)
    assert isinstance(resolved.value, dict)
    [made] = [made for name, _, made in expressions_in(resolved.value) if name == field]
    expression = COMPILER.compile(made, ("response",))
    assert not isinstance(expression, ExpressionProblem), (made, expression)
    parts = made.split(" || ")
    assert [reference.path for reference in expression.references] == [("response", "a")]
    assert parts[1:] == ['{"k": (1.5)} == {}', "(3) < (-4)", '[(1), "b"] != []']
    same = COMPILER.compile(f"response.a == {as_literal(sly)}", ("response",))
    assert not isinstance(same, ExpressionProblem)
    assert same.evaluate({"response": {"a": sly}}) == Computed(value=True)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=8))
def test_a_literal_yields_its_value(value: Any) -> None:  # noqa: ANN401 - any JSON
    text = as_literal(value)
    expression = COMPILER.compile(text, ())
    if isinstance(expression, ExpressionProblem):
        assert len(text) > 2048 or any("\ud800" <= character <= "\udfff" for character in str(value))
    else:
        assert expression.evaluate({}) == Computed(value)


def test_within_quotes_nothing_is_put_into_an_expression() -> None:
    _, problems = compiled_template({"http": {"successWhen": "response.a == '$(params.text)'"}}, COMPILER, ROOTS)
    assert [str(problem) for problem in problems] == [
        "http.successWhen: $(...) becomes a literal here, a text with its own quotes: leave the quotes around it out"
    ]


def test_an_expression_can_be_compiled_before_its_values_are_there() -> None:
    template = _template({"http": {"successWhen": "response.a == $(params.n) && (", "url": "$(params.text)"}})
    assert template.compilable == {"http.successWhen": "response.a == dyn(0)      && ("}
    assert template.interpolated == {"http.url"}


POD: JsonValue = {
    "containers": [
        {
            "command": ["say", "$(params.sly)"],
            "args": ["$(HOME) $(params.sly)", "$(params.n)"],
            "env": [{"name": "$(params.sly)", "value": "$(params.sly)"}],
            "image": "$(params.sly)",
        }
    ],
    "initContainers": "$(params.containers)",
}


@pytest.mark.parametrize("field", ["job.template", "resource.manifest"])
@pytest.mark.statement("L20")
def test_a_value_is_never_expanded_by_the_kubelet(field: str) -> None:
    """It puts in variables where a container is started: there a `$$` stands for a `$`."""
    action, _, name = field.partition(".")
    params = {"sly": "$(TOKEN) $$", "n": "1", "containers": [{"args": ["$(TOKEN)"], "image": "$(TOKEN)"}]}
    found = _template({action: {name: {"spec": POD}}}).resolve({"params": params})
    assert isinstance(found, Resolved)
    assert found.value == {
        action: {
            name: {
                "spec": {
                    "containers": [
                        {
                            "command": ["say", "$$(TOKEN) $$$$"],
                            "args": ["$(HOME) $$(TOKEN) $$$$", "1"],
                            "env": [{"name": "$(TOKEN) $$", "value": "$$(TOKEN) $$$$"}],
                            "image": "$(TOKEN) $$",
                        }
                    ],
                    "initContainers": [{"args": ["$$(TOKEN)"], "image": "$(TOKEN)"}],
                }
            }
        }
    }


def test_params_of_a_run_are_values_whatever_they_are_called() -> None:
    source: JsonValue = {"serviceAccountName": "$(params.text)", "outputs": [{"value": "a $(params.text)"}]}
    template, problems = compiled_template(source, COMPILER, ROOTS, of_a_todo=False)
    assert problems == ()
    assert template.resolve(VARIABLES) == Resolved({"serviceAccountName": "a", "outputs": [{"value": "a a"}]})


def test_what_has_no_expression_is_the_very_source() -> None:
    source: JsonValue = {"a": {"b": [1, 2]}}
    assert _resolved(source) is source


def test_the_source_is_not_changed() -> None:
    source: JsonValue = {"a": ["$(params.n)"]}
    _resolved(source)
    assert source == {"a": ["$(params.n)"]}


def test_an_expression_without_a_value_says_which_and_why() -> None:
    outcome = _template({"a": "$(params.nothing)"}).resolve(VARIABLES)
    assert isinstance(outcome, NotComputed)
    assert outcome.message.startswith("$(params.nothing) has no value: ")


def test_every_wrong_expression_is_told_by_its_field_and_place() -> None:
    _, problems = compiled_template({"a": ["x $(params.)"], "b": "$(item.x)", "c": "$(params.x"}, COMPILER, ROOTS)
    told = list(map(str, problems))
    assert told[0].startswith("a[0]: line 1, column ")
    assert told[1].startswith("b: line 1, column 7: $(item.x): ")
    assert told[2].startswith("c: line 1, column 1: $( has no closing parenthesis")


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"serviceAccountName": "$(params.text)"}, "serviceAccountName"),
        ({"approval": {"approvers": [{"name": "$(params.text)"}]}}, "approval.approvers[0].name"),
        (
            {"http": {"headers": [{"valueFrom": {"secretKeyRef": {"name": "$(params.text)"}}}]}},
            "http.headers[0].valueFrom.secretKeyRef.name",
        ),
        (
            {"job": {"template": {"volumes": [{"projected": {"sources": [{"secret": {"name": "$(params.text)"}}]}}]}}},
            "job.template.volumes[0].projected.sources[0].secret.name",
        ),
    ],
)
def test_whose_power_is_used_is_never_computed(source: JsonValue, field: str) -> None:
    template, problems = compiled_template(source, COMPILER, ROOTS)
    assert [problem.field for problem in problems] == [field]
    assert template.interpolated == frozenset()


def test_in_a_manifest_such_names_are_kubernetes_own() -> None:
    source: JsonValue = {"resource": {"manifest": {"spec": {"serviceAccountName": "$(params.text)"}}}}
    assert _resolved(source) == {"resource": {"manifest": {"spec": {"serviceAccountName": "a"}}}}


def test_it_says_which_fields_hold_expressions_and_what_they_refer_to() -> None:
    template = _template({"a": {"b": "$(steps.x.outputs.y)"}, "c": "1"})
    assert template.interpolated == {"a.b"}
    assert [(used.field, used.reference.path) for used in template.references] == [
        ("a.b", ("steps", "x", "outputs", "y"))
    ]
