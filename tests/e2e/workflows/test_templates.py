"""Templates that name each other are judged as they are together, whichever of them is changed."""

import time

import pytest

from tests.api_server import JsonObject
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import PATIENCE, POLL

pytestmark = pytest.mark.cluster

NEEDS_A_VERSION = [{"name": "version", "required": True}]
LACKS_IT = "step one: workflow.params.version: a string is required (of template inner)"


def naming(name: str) -> JsonObject:
    return {"name": "one", "workflow": {"templateRef": {"name": name}}}


def wait_for_count(operator: OperatorProcess, reason: str, count: int) -> None:
    """Until the metric says so: what the operator writes itself it counts when the watch tells of it."""
    give_up = time.monotonic() + PATIENCE
    while (found := operator.metric("todo_templates", reason=reason)) != count:
        assert time.monotonic() < give_up, f"{found:.0f} templates are {reason}, not {count}"
        time.sleep(POLL)


def judgements(writes: AuditedWrites, name: str) -> int:
    return sum(write.resource == "todotemplates/status" and write.name == name for write in writes.all())


@pytest.mark.statement("L32")
@pytest.mark.usefixtures("operator")
def test_a_template_follows_those_that_it_names(runs: Runs, writes: AuditedWrites) -> None:
    """They appear, change and go; each time it is written once, and not at all where it stays as it was."""
    runs.put_template("outer", naming("inner"))
    runs.wait_for_problem("outer", "")
    runs.put_template("inner", step("a"), params=NEEDS_A_VERSION)
    runs.wait_for_problem("outer", LACKS_IT)
    runs.edit_template("inner", params=[{"name": "version", "default": "1"}])
    runs.wait_for_problem("outer", "")
    runs.edit_template("inner", params=NEEDS_A_VERSION)
    runs.wait_for_problem("outer", LACKS_IT)
    runs.remove_template("inner")
    runs.wait_for_problem("outer", "")
    assert judgements(writes, "outer") == 5


@pytest.mark.statement("L32")
def test_recursion_by_a_later_edit_is_told_and_counted(operator: OperatorProcess, runs: Runs) -> None:
    """By all from whom it can be reached, through a chain; and it heals. So it does while no operator runs."""
    runs.put_template("a", naming("b"))
    runs.put_template("b", naming("c"))
    runs.put_template("c", step("done"))
    for name in "abc":
        runs.wait_for_problem(name, "")

    runs.edit_template("c", steps=[naming("b")])

    runs.wait_for_problem("a", "a template comes back to itself: a -> b -> c -> b")
    runs.wait_for_problem("b", "a template comes back to itself: b -> c -> b")
    runs.wait_for_problem("c", "a template comes back to itself: c -> b -> c")
    wait_for_count(operator, "InvalidDefinition", 3)
    assert operator.metric("todo_templates") == 3
    operator.kill()
    runs.edit_template("c", steps=[step("done")])
    operator.start()
    for name in "abc":
        runs.wait_for_problem(name, "")
    wait_for_count(operator, "Accepted", 3)
