"""Steps that are runs of templates, as acceptance sees them."""

from collections.abc import Mapping
from typing import Any

from myapp.domain.workflow.definition import Definition
from tests.unit.domain.workflow.builders import definition, problems, step

SUB = definition(step("a"), params=[{"name": "env", "required": True}, {"name": "n", "type": "number"}])


def _calls(template: str, params: Mapping[str, Any] | None = None) -> Definition:
    return definition(step("x", workflow={"templateRef": {"name": template}, "params": params or {}}))


def test_params_of_a_template_are_judged_like_those_of_a_run() -> None:
    assert problems(_calls("sub", {"env": "prod", "n": 1}), templates={"sub": SUB}) == ()
    found = problems(_calls("sub", {"n": "1", "m": 1}), templates={"sub": SUB})
    assert len(found) == 3
    assert found[0] == "step x: workflow.params.m: there is no such param, its params are env, n (of template sub)"


def test_a_computed_value_is_judged_when_it_is_known() -> None:
    calls = definition(
        step("x", workflow={"templateRef": {"name": "sub"}, "params": {"env": "$(params.e)", "n": ["$(params.e)"]}}),
        params=[{"name": "e"}],
    )
    assert problems(calls, templates={"sub": SUB}) == ()


def test_a_template_that_does_not_exist_yet_may_come() -> None:
    assert problems(_calls("later")) == ()


def test_outputs_of_a_template_are_known() -> None:
    sub = definition(step("a"), outputs=[{"name": "o", "value": "1"}])
    call = step("x", workflow={"templateRef": {"name": "sub"}})
    right = definition(call, step("y", ["x"], content="$(steps.x.outputs.o)"))
    wrong = definition(call, step("y", ["x"], content="$(steps.x.outputs.p)"))
    assert problems(right, templates={"sub": sub}) == ()
    assert "no such output, there are o" in problems(wrong, templates={"sub": sub})[0]


def test_a_template_that_comes_back_to_itself_is_spelled_out() -> None:
    templates = {"b": _calls("c"), "c": _calls("a"), "a": _calls("b")}
    assert problems(templates["a"], templates=templates, name="a") == (
        "a template comes back to itself: a -> b -> c -> a",
    )
    assert problems(_calls("a"), templates=templates) == (
        "a template comes back to itself: the workflow -> a -> b -> c -> a",
    )


def test_five_levels_and_no_more() -> None:
    templates = {f"t{n}": _calls(f"t{n + 1}") for n in range(1, 5)} | {"t5": definition(step("a"))}
    assert problems(templates["t1"], templates=templates, name="t1") == ()
    assert problems(_calls("t1"), templates=templates) == (
        "workflows within workflows may be 5 levels deep: the workflow -> t1 -> t2 -> t3 -> t4 -> t5",
    )


def test_many_ways_to_the_same_depth_are_walked_once() -> None:
    """Ten templates that each name all ten of the next level would make 10,000 ways."""
    templates = {
        f"t{level}-{n}": definition(
            *(step(f"s{m}", workflow={"templateRef": {"name": f"t{level + 1}-{m}"}}) for m in range(10))
        )
        for level in range(1, 5)
        for n in range(10)
    }
    assert problems(templates["t1-0"], templates=templates, name="t1-0") == ()
