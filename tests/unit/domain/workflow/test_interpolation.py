"""Putting values into JSON."""

from typing import Any

import pytest

from myapp.domain.expression import NotComputed
from myapp.domain.json_value import JsonValue
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


def test_a_value_is_never_looked_at_again() -> None:
    assert _resolved("$(params.sly)") == "$(params.text)"
    assert _resolved("x $(params.sly)") == "x $(params.text)"


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
