"""Reading definitions: what they hold, and the first thing that has not the form it must have."""

from datetime import timedelta
from typing import Any

import pytest

from myapp.domain.errors import InvalidTodoError
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.definition import Definition, FailurePolicy, ForEach, ParamType, SubWorkflow
from tests.unit.domain.workflow.builders import definition, step


def test_a_step_keeps_the_spec_of_its_todo_as_it_was_written() -> None:
    written = {"content": "Greet $(params.who)", "wait": {"duration": "$(params.time)"}, "tags": ["a"]}
    found = definition({"name": "greet", "dependsOn": [{"name": "x"}], "when": "true", **written}).steps[0]
    assert (found.name, found.when, found.todo) == ("greet", "true", written)
    assert found.dependencies[0].on == {Phase.SUCCEEDED}


def test_everything_is_read() -> None:
    found = definition(
        step("a", forEach={"items": "params.list", "parallelism": 3}),
        step("b", {"a": ["Failed", "Skipped"]}, workflow={"templateRef": {"name": "other"}, "params": {"n": 1}}),
        last=[step("z")],
        params=[{"name": "n", "type": "number", "enum": [1, 2], "default": 2, "required": True, "description": "how"}],
        failurePolicy="Continue",
        parallelism=4,
        timeout="1h",
        outputs=[{"name": "x", "value": "1"}],
        serviceAccountName="deployer",
    )
    assert found.steps[0].for_each == ForEach("params.list", 3)
    assert found.steps[1].workflow == SubWorkflow("other", {"n": 1})
    assert found.steps[1].dependencies[0].on == {Phase.FAILED, Phase.SKIPPED}
    assert [last.name for last in found.finally_steps] == ["z"]
    param = found.params[0]
    assert (param.type, param.enum, param.default, param.required) == (ParamType.NUMBER, (1, 2), 2, True)
    assert (found.failure_policy, found.parallelism) == (FailurePolicy.CONTINUE, 4)
    assert (found.timeout, found.service_account_name) == (timedelta(hours=1), "deployer")
    assert found.outputs[0].name == "x"


def test_what_a_run_has_beside_a_definition_is_left_alone() -> None:
    """Its params are values, which declare nothing."""
    found = definition(step("a"), params={"n": 1}, suspend=True, ttlAfterFinished="1h")
    assert found.params == ()
    assert found.source == {"steps": [step("a")], "finally": []}


def test_the_source_reads_back_as_the_same_definition() -> None:
    found = definition(step("a"), last=[step("z")], timeout="5m")
    assert Definition.create_from_dict(found.source) == found


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"steps": []}, "spec.steps"),
        ({"steps": [{"content": "x"}]}, "spec.steps[0].name"),
        ({"steps": [step(f"s{number}") for number in range(501)]}, "500 at most"),
        ({"finally": [step(f"s{number}") for number in range(65)]}, "64 at most"),
        ({"params": [{"name": f"p{number}"} for number in range(65)]}, "64 at most"),
        ({"params": [{"name": "p", "type": "text"}]}, "string, number, boolean, array, object"),
        ({"params": [{"name": "p", "enum": "a"}]}, "a list of values"),
        ({"parallelism": 0}, "1 at least"),
        ({"failurePolicy": "Ignore"}, "FailFast, Continue"),
        ({"steps": [step("a", workflow={"templateRef": {"name": "t"}, "params": 3})]}, "spec.steps[0].workflow.params"),
        ({"steps": [step("a", workflow={})]}, "spec.steps[0].workflow.templateRef"),
        ({"steps": [step("a", {"b": ["Done"]})]}, "Succeeded, Failed, Skipped, Cancelled"),
    ],
)
def test_what_has_another_form_is_refused_by_its_field(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidTodoError) as caught:
        Definition.create_from_dict({"steps": [step("a")]} | fields)
    assert told in str(caught.value)
