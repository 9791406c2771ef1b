"""`when`, with the running operator: what a person filled in decides what is done next."""

import pytest

from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

AT_ONCE = {"duration": "0s"}
ON_SKIPPED = [{"name": "deploy", "on": ["Skipped"]}]


@pytest.mark.parametrize("healthy", [True, False])
def test_outputs_of_a_person_decide(todos: Todos, healthy: bool) -> None:
    form = {"properties": {"healthy": {"type": "boolean"}}, "required": ["healthy"]}
    todos.create("check", manual={"form": form})
    todos.create("deploy", depends_on=["check"], when="dependencies['check'].outputs.healthy", wait=AT_ONCE)
    todos.create("instead", dependsOn=ON_SKIPPED, wait=AT_ONCE)
    todos.wait("check", "Active")
    todos.decide(todos.get("check"), values={"healthy": str(healthy).lower()})
    statuses = todos.wait_for_all()
    found = {name: (statuses[name]["phase"], statuses[name]["reason"]) for name in ("deploy", "instead")}
    assert found == (
        {"deploy": ("Succeeded", "Completed"), "instead": ("Skipped", "DependencyFailed")}
        if healthy
        else {"deploy": ("Skipped", "WhenFalse"), "instead": ("Succeeded", "Completed")}
    )


def test_a_wrong_expression_is_refused_with_its_place_and_heals_when_it_is_mended(todos: Todos) -> None:
    todos.create("asks", when="1 +", wait=AT_ONCE)
    message = todos.wait("asks", "Pending", "InvalidSpec")["message"]
    assert message.startswith("spec.when: line 1, column 4: ")
    todos.edit("asks", when="1 < 2")
    todos.wait("asks", "Succeeded")


def test_an_evil_expression_costs_the_others_nothing(todos: Todos) -> None:
    """It would make texts of half a gigabyte."""
    todos.create("evil", when="['aaaaaaaa']" + ".map(a, a + a)" * 26 + "[0].size() > 0", wait=AT_ONCE)
    todos.create("good", when="2 > 1", wait=AT_ONCE)
    todos.wait("good", "Succeeded")
    assert "allowed are 400,000" in todos.wait("evil", "Failed", "WhenError")["message"]
