"""What acceptance finds: each thing by itself, and all of it at once."""

from typing import Any

import pytest

from myapp.domain.message import LONGEST_MESSAGE
from myapp.domain.workflow.acceptance import Refused, told
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.interpolation import FieldProblem
from tests.unit.domain.workflow.builders import blueprint, definition, problems, step

PARAMS = [{"name": "env"}, {"name": "list", "type": "array"}]


def _says(text: str, needs: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return step("x", needs, content=text, **fields)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (definition(step("a"), step("a")), "step a: there are 2 steps of this name"),
        (definition(step("a"), last=[step("a")]), "step a: there are 2 steps of this name"),
        (definition(step("1a")), "step 1a: the name is not allowed"),
        (definition(step("a.b")), "step a.b: the name is not allowed"),
        (definition(step("a", ["b"]), step("c")), "step a: dependsOn names b, the other steps are: c"),
        (definition(step("a"), last=[step("z", ["a"])]), "step z: dependsOn names a, the other finally are: none"),
        (definition(step("a", ["b"]), step("b", ["a"])), "steps wait for each other: a -> b -> a"),
        (definition(step("a"), params=[{"name": "p"}, {"name": "p"}]), "params: p is declared 2 times"),
        (definition(step("a"), params=[{"name": "a.b"}]), "params: found the name 'a.b'"),
        (
            definition(step("a"), params=[{"name": "p", "type": "number", "default": "x"}]),
            "params.p: the default does not fit",
        ),
        (definition(step("a"), params=[{"name": "p", "type": "number", "enum": ["x"]}]), 'params.p: the enum has "x"'),
        (definition(_says("$(params.)")), "step x: content: line 1, column"),
        (
            definition(_says("$(params.none)"), params=PARAMS),
            "params.none: there is no such param, there are env, list",
        ),
        (definition(_says("$(steps.y.phase)")), "steps.y.phase: there is no step y"),
        (definition(_says("$(steps.y.phase)"), step("y")), "y does not come before x"),
        (definition(_says("$(steps.x.phase)")), "x does not come before x"),
        (definition(_says("$(steps.y.name)", ("y",)), step("y")), "a step has phase and outputs"),
        (definition(_says("$(steps.y.outputs.z)", ("y",)), step("y")), "no such output, there are none"),
        (
            definition(
                _says("$(steps.y.outputs.z)", ("y",)), step("y", job={}, outputs=[{"name": "w", "value": "result"}])
            ),
            "no such output, there are w",
        ),
        (
            definition(_says("$(steps.y.outputs.z)", ("y",)), step("y", manual={"form": {"properties": {"w": {}}}})),
            "no such output, there are w",
        ),
        (
            definition(_says("$(steps.y.outputs.z)", ("y",)), step("y", forEach={"items": [1]})),
            "y is a forEach: its outputs are a list",
        ),
        (definition(_says("$(workflow.phase)")), "what the steps came to is known in finally only"),
        (definition(_says("$(workflow.age)")), "a workflow has name, namespace, uid"),
        (definition(_says("$(item)")), "item"),
        (definition(step("x", when="params.")), "step x: when: line 1, column"),
        (definition(step("x", forEach={"items": "item"})), "step x: forEach.items: line 1, column 1"),
        (definition(step("x"), outputs=[{"name": "o", "value": "steps.y.phase"}]), "outputs[0].value: line 1"),
        (definition(step("x", serviceAccountName="bot")), "step x: serviceAccountName is not allowed"),
        (definition(step("x", ttlAfterFinished="1h")), "step x: ttlAfterFinished is not allowed"),
        (definition(step("x", suspend=True)), "step x: suspend is not allowed"),
        (
            definition(step("x", content="a", workflow={"templateRef": {"name": "t"}})),
            "step x: found workflow and content, allowed is one of the two",
        ),
    ],
)
def test_each_thing_that_is_wrong(found: Definition, expected: str) -> None:
    assert [problem for problem in problems(found) if expected in problem], problems(found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            step("x", when="$(params.env) == 'a'"),
            "when: line 1, column 1: the field is an expression itself: write pa",
        ),
        (step("x", when="1 + 1"), "when: line 1, column 1: it yields a number, and must yield true or false"),
        (step("x", when="['a']"), "when: line 1, column 1: it yields a list, and must yield true or false"),
        (step("x", forEach={"items": "'a'"}), "forEach.items: line 1, column 1: it yields a text, and must yield a l"),
        (step("x", forEach={"items": "$(params.list)"}), "forEach.items: line 1, column 1: the field is an expression"),
        (step("x", forEach={"items": ["a", {"b": "$(params.env)"}]}), "forEach.items[1]: found"),
        (step("x", forEach={"items": 5}), "forEach.items: found 5, allowed is a list, or an expression that yields"),
        (step("x", forEach={"items": [1] * 10_001}), "forEach.items: found 10001 items, allowed are 10000"),
    ],
)
def test_what_can_be_known_of_a_value_is_judged_before_it_is_there(found: dict[str, Any], expected: str) -> None:
    [problem] = problems(definition(found, params=PARAMS))
    assert problem.startswith(f"step x: {expected}"), problem


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"when": "params.env"}, "when: line 1, column 1: it yields a text, and must yield true or false"),
        ({"when": "params.env > 3"}, "when: line 1, column 12: found no matching overload for '_>_'"),
        ({"when": "!params.list"}, "when: line 1, column 1: found no matching overload for '!_'"),
        ({"forEach": {"items": "params.env"}}, "forEach.items: line 1, column 1: it yields a text, and must yield"),
        ({"forEach": {"items": "params.map"}}, "forEach.items: line 1, column 1: it yields a map, and must yield"),
        ({"content": "$(params.env + 1)"}, "content: line 1, column 14: $(params.env + 1): found no matching"),
        ({"content": "$(params.list.startsWith('a'))"}, "content: line 1, column 25: "),
    ],
)
def test_params_are_used_as_what_they_are_declared_to_be(fields: dict[str, Any], expected: str) -> None:
    [problem] = problems(definition(step("x", **fields), params=[*PARAMS, {"name": "map", "type": "object"}]))
    assert problem.startswith(f"step x: {expected}"), problem


@pytest.mark.parametrize(
    "when",
    [
        *("params.yes", "params.n > 1 && params.n < 2.5", "'a' in params.list", "params.map.a", "params.env == 'a'"),
        *("has(params.env) && params.env == 'a'", "params.?n.orValue(1) == 1", "params['env-of'] == 'a'"),
    ],
)
def test_what_fits_the_declared_types_is_right(when: str) -> None:
    more = {"yes": "boolean", "n": "number", "map": "object", "env-of": "string"}
    params = [*PARAMS, *({"name": name, "type": kind} for name, kind in more.items())]
    assert problems(definition(step("x", when=when), params=params)) == ()


@pytest.mark.parametrize("when", ["params.?env.orValue(true)", "steps.y.phase == 'Failed' && params.n"])
def test_what_may_turn_out_to_be_right_is_right(when: str) -> None:
    params = [*PARAMS, {"name": "n", "type": "number"}]
    assert problems(definition(step("x", ["y"], when=when), step("y"), params=params)) == ()


def test_steps_that_wait_for_each_other_hide_nothing_else() -> None:
    found = definition(
        step("a", ["b"], content="$(steps.b.phase)"),
        step("b", ["a"], when="1 +"),
        step("c", content="$(params.none)", forEach={"items": 1}),
        step("c", http={"url": "https://x.example", "successWhen": "response =="}),
    )
    told = problems(found, objections=[FieldProblem("timeout", "no duration")])
    assert [problem.partition(": ")[0] for problem in told] == [
        "step c",
        "steps wait for each other",
        "step c",
        "step b",
        "step c",
        *("step a", "step b", "step c", "step c"),
    ]
    assert not [problem for problem in told if "does not come before" in problem]


def test_all_of_it_is_told_at_once() -> None:
    found = definition(
        step("a", ["nowhere"], content="$(params.none) $(steps.b.phase)"),
        step("b", when="1 +", serviceAccountName="x"),
        params=[{"name": "p", "type": "number", "default": True}],
    )
    assert len(problems(found)) == 6
    assert told(problems(found)).startswith("6 problems: params.p: the default does not fit")


@pytest.mark.parametrize(
    "found",
    [
        definition(_says("$(params.env) $(HOME) $$(params.none)"), params=PARAMS),
        definition(_says("$(steps.y.outputs.z)", ("y",)), step("y", job={})),
        definition(_says("$(steps.y.outputs)", ("y",)), step("y", forEach={"items": [1]})),
        definition(_says("$(steps.z.phase)", ("y",)), step("y", ["z"]), step("z")),
        definition(_says("$(item) $(index)", forEach={"items": "params.list"}), params=PARAMS),
        definition(step("a"), last=[_says("$(workflow.phase) $(steps.a.phase)")]),
        definition(step("a"), outputs=[{"name": "o", "value": "steps.a.phase"}]),
        definition(step("a", when="steps['b'].phase == 'Skipped'", needs={"b": ["Skipped"]}), step("b")),
    ],
)
def test_what_is_right(found: Definition) -> None:
    assert problems(found) == ()


def test_a_run_with_its_own_definition_has_the_params_that_it_gives() -> None:
    found = definition(_says("$(params.env)"))
    assert problems(found, given={"env"}) == ()
    assert problems(found, given=()) != ()


def test_what_a_todo_may_not_be_is_told_unless_a_value_is_put_in_there() -> None:
    objections = (FieldProblem("wait.duration", "no duration"), FieldProblem("tags[0]", "no tag"))
    fixed = definition(step("a", wait={"duration": "x"}, tags=["y"]))
    computed = definition(step("a", wait={"duration": "$(params.env)"}, tags=["y"]), params=PARAMS)
    assert problems(fixed, objections=objections) == (
        "step a: wait.duration: no duration",
        "step a: tags[0]: no tag",
    )
    assert problems(computed, objections=objections) == ("step a: tags[0]: no tag",)


def test_a_step_knows_which_steps_its_expressions_look_at() -> None:
    found = blueprint(
        definition(
            step("a"),
            step("b", ["a"]),
            step("c", ["b"], content="$(steps.a.phase)"),
            step("d", ["b"], content="$(size(steps))"),
        )
    )
    sees = {name: planned.sees for name, planned in found.steps.blueprints.items()}
    assert sees == {"a": set(), "b": set(), "c": {"a"}, "d": {"a", "b"}}


def test_a_message_has_its_bounds_and_says_what_had_no_room() -> None:
    message = told([f"problem {number} {'x' * 100}" for number in range(50)])
    assert len(message) <= LONGEST_MESSAGE
    assert message.startswith("50 problems: problem 0")
    assert message.endswith("more")
    assert len(told(["y" * 5000, "z"])) <= LONGEST_MESSAGE
    assert str(Refused(("one",))) == "one"
