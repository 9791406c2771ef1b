"""Forms: what fits, what does not and how that is told, and what becomes of the values."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.actions.manual import Manual
from myapp.domain.decision import DecisionReason
from myapp.domain.errors import InvalidTodoError
from myapp.domain.form import Form, FormField
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import active, decision, plan, todo

FORM = {
    "properties": {
        "ticket": {"min_length": 3, "max_length": 8},
        "count": {"type": "integer", "minimum": 1, "maximum": 5},
        "ratio": {"type": "number", "maximum": 0.5, "default": "0.25"},
        "ok": {"type": "boolean"},
        "zone": {"enum": ["eu", "us"], "default": "eu"},
    },
    "required": ["ticket", "zone"],
}


def with_form(form: Mapping[str, object] = FORM) -> TodoEntry:
    """A manual todo."""
    return todo(manual={"form": form})


def form_of(entry: TodoEntry) -> Form:
    """Its form."""
    assert isinstance(entry.action, Manual)
    return entry.action.form


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"ticket": "T-1"}, ""),
        ({"ticket": "T-1", "count": "5", "ratio": "5e-1", "ok": "true", "zone": "us"}, ""),
        ({}, "ticket is missing: a text is needed"),
        ({"ticket": "T"}, "ticket: found 'T', allowed is at least 3 characters"),
        ({"ticket": "T-1234567"}, "ticket: found 'T-1234567', allowed is at most 8 characters"),
        ({"ticket": "T-1", "count": "six"}, "count: found 'six', allowed is a whole number"),
        ({"ticket": "T-1", "count": "1_0"}, "count: found '1_0', allowed is a whole number"),
        ({"ticket": "T-1", "count": "9" * 19}, f"count: found '{'9' * 19}', allowed is a whole number"),
        ({"ticket": "T-1", "count": "6"}, "count: found '6', allowed is at most 5"),
        ({"ticket": "T-1", "count": "0"}, "count: found '0', allowed is at least 1"),
        ({"ticket": "T-1", "ratio": "nan"}, "ratio: found 'nan', allowed is a number"),
        ({"ticket": "T-1", "ok": "yes"}, "ok: found 'yes', allowed is true or false"),
        ({"ticket": "T-1", "zone": "mars"}, "zone: found 'mars', allowed is one of eu, us"),
        ({"ticket": "T-1", "colour": "red"}, "there is no field 'colour', only ticket, count, ratio, ok, zone"),
        ({"ok": "1"}, "ticket is missing: a text is needed; ok: found '1', allowed is true or false"),
    ],
)
def test_what_does_not_fit_is_told(values: dict[str, str], problems: str) -> None:
    """Every problem at once, each with the field, what was found and what is allowed."""
    assert form_of(with_form()).problems(values) == problems


def test_values_become_outputs_with_their_types() -> None:
    """Defaults included; what was not filled in and has no default is no output."""
    filled = form_of(with_form()).filled({"ticket": "T-1", "count": "3", "ok": "false"})

    assert filled == {"ticket": "T-1", "count": 3, "ratio": 0.25, "ok": False, "zone": "eu"}


def test_a_decision_fills_the_form_in() -> None:
    """Values that do not fit are refused and nothing happens; those that do end the todo with its outputs."""
    entry = with_form()
    wrong, right = decision(1, 5, values={"ticket": "T"}), decision(2, 6, values={"ticket": "T-1"})

    result = plan(entry, active(entry), seconds=10, decisions=[wrong, right])

    assert [answer.reason for answer in result.answers] == [DecisionReason.INVALID_VALUES, DecisionReason.APPLIED]
    assert "at least 3 characters" in result.answers[0].message
    assert result.status.phase is Phase.SUCCEEDED
    assert result.status.outputs == {"ticket": "T-1", "ratio": 0.25, "zone": "eu"}


def test_without_a_form_there_is_nothing_to_fill_in() -> None:
    """Values that nobody asked for are no outputs."""
    result = plan(todo(), active(todo()), seconds=10, decisions=[decision(values={"a": "b"})])

    assert [answer.message for answer in result.answers] == ["there is no field 'a', it takes no values"]
    assert result.status.phase is Phase.ACTIVE


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"properties": {"a": {}}, "required": ["b"]}, "b is none"),
        ({"properties": {"a": {"type": "object"}}}, "one of string, integer, number, boolean"),
        ({"properties": {"a": {"type": "integer", "default": "x"}}}, "as the default of a a whole number"),
        ({"properties": ["a"]}, "a map of objects"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(form: dict[str, object], told: str) -> None:
    """The field is named, and what it may hold."""
    with pytest.raises(InvalidTodoError, match=told):
        with_form(form)


def test_outputs_are_bounded_in_all() -> None:
    """32 KiB, whatever each single value may hold."""
    form = Form(tuple(FormField(f"f{number}") for number in range(32)))

    assert "allowed are 32768" in form.problems({f"f{number}": "x" * 4096 for number in range(32)})
    assert form.problems({f"f{number}": "x" * 1024 for number in range(32)}) == ""


@given(values=st.dictionaries(st.sampled_from([*FORM["properties"], "other"]), st.text(max_size=12)))
def test_what_has_no_problem_can_be_filled(values: dict[str, str]) -> None:
    """Whatever people type."""
    form = form_of(with_form())
    if not form.problems(values):
        assert set(form.filled(values)) >= {"ticket", "zone"}
