"""`outputs`, with the running operator: what a todo has to say, and who listens."""

import pytest

from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

FORM = {"properties": {"errors": {"type": "integer"}, "note": {}}, "required": ["errors"]}
RULES = [
    {"name": "healthy", "value": "result.errors == 0"},
    {"name": "note", "value": "result.?note.orValue('nothing to tell')"},
]


@pytest.mark.parametrize(("errors", "phase"), [("0", "Succeeded"), ("3", "Skipped")])
@pytest.mark.statement("O1")
def test_a_dependent_is_told_what_was_computed(todos: Todos, errors: str, phase: str) -> None:
    todos.create("check", manual={"form": FORM}, outputs=RULES)
    todos.create("deploy", depends_on=["check"], when="dependencies['check'].outputs.healthy", wait={"duration": "0s"})
    todos.wait("check", "Active")
    todos.decide(todos.get("check"), values={"errors": errors})
    status = todos.wait("check", "Succeeded")
    assert status["outputs"] == {"healthy": errors == "0", "note": "nothing to tell"}
    todos.wait("deploy", phase)


@pytest.mark.statement("O13")
def test_a_wrong_expression_is_refused_with_its_place_and_heals_when_it_is_mended(todos: Todos) -> None:
    todos.create("says", wait={"duration": "0s"}, outputs=[{"name": "a", "value": "1 +"}])
    message = todos.wait("says", "Pending", "InvalidSpec")["message"]
    assert message.startswith("spec.outputs[0].value: line 1, column 4: ")
    todos.edit("says", outputs=[{"name": "a", "value": "1 + 1"}])
    assert todos.wait("says", "Succeeded")["outputs"] == {"a": 2}


@pytest.mark.statement("O12")
def test_what_has_no_value_fails_and_what_follows_is_skipped(todos: Todos) -> None:
    todos.create("says", wait={"duration": "0s"}, outputs=[{"name": "a", "value": "result.missing"}])
    todos.create("hears", depends_on=["says"], wait={"duration": "0s"})
    message = todos.wait("says", "Failed", "OutputsError")["message"]
    assert "output a has no value" in message
    todos.wait("hears", "Skipped", "DependencyFailed")
