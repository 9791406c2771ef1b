"""Values for params: types, defaults, enums, and all that is wrong with them at once."""

import pytest

from myapp.domain.json_value import JsonValue
from myapp.domain.workflow.definition import Param, ParamType
from myapp.domain.workflow.params import ParamsProblem, bind, fits


@pytest.mark.parametrize(
    ("kind", "value", "fit"),
    [
        (ParamType.STRING, "", True),
        (ParamType.STRING, 1, False),
        (ParamType.NUMBER, 1, True),
        (ParamType.NUMBER, 1.5, True),
        (ParamType.NUMBER, True, False),
        (ParamType.NUMBER, "1", False),
        (ParamType.BOOLEAN, False, True),
        (ParamType.BOOLEAN, 0, False),
        (ParamType.ARRAY, [1], True),
        (ParamType.ARRAY, {}, False),
        (ParamType.OBJECT, {"a": 1}, True),
        (ParamType.OBJECT, [], False),
    ],
)
def test_types(kind: ParamType, value: JsonValue, *, fit: bool) -> None:
    assert fits(kind, value) is fit


def test_defaults_fill_in_and_what_has_none_is_left_out() -> None:
    declared = [Param("a", default="x"), Param("b", ParamType.NUMBER), Param("c", ParamType.BOOLEAN, default=False)]
    assert bind(declared, {"b": 0}) == {"a": "x", "b": 0, "c": False}
    assert bind(declared, {"a": None}) == {"a": "x", "c": False}


def test_everything_that_is_wrong_is_told() -> None:
    declared = [Param("a", required=True), Param("b", ParamType.NUMBER), Param("c", enum=("x", "y"))]
    found = bind(declared, {"b": "1", "c": "z", "d": 1})
    assert isinstance(found, ParamsProblem)
    assert found.problems == (
        "params.d: there is no such param, its params are a, b, c",
        "params.a: a string is required",
        'params.b: found "1", allowed is a value of type number',
        'params.c: found "z", allowed is one of "x", "y"',
    )


def test_true_is_not_one() -> None:
    """In Python they are equal, in JSON they are not."""
    assert isinstance(bind([Param("a", ParamType.BOOLEAN, enum=(True,))], {"a": True}), dict)
    assert isinstance(bind([Param("a", ParamType.NUMBER, enum=(True, 2))], {"a": 1}), ParamsProblem)
