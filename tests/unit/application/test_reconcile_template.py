"""What is said of a template, and how often."""

from dataclasses import replace

import pytest

from myapp.domain.condition import ConditionType
from myapp.domain.workflow.template_status import TemplateStatus
from tests.unit.application.run_process import Process, key
from tests.unit.domain.workflow.builders import step


@pytest.fixture
async def process() -> Process:
    """One that has seen nothing yet."""
    return Process()


def _conditions(status: TemplateStatus) -> dict[str, bool]:
    return {str(condition.type): condition.status for condition in status.conditions}


async def test_a_good_one_is_ready_and_written_once(process: Process) -> None:
    process.runs.template("t", steps=[step("a"), step("b", ["a"])], **{"finally": [step("z")]})
    runs = process.world.runs
    for _ in range(2):
        await runs.check_template(key("t"))
    [status] = runs.templates.writes
    assert (status.observed_generation, status.steps) == (1, 3)
    assert _conditions(status) == {"Ready": True, "Reconciling": False, "Stalled": False}


async def test_a_bad_one_says_all_that_is_wrong_and_heals_by_an_edit(process: Process) -> None:
    process.runs.template("t", steps=[step("a", ["b"], content="$(params.x)")])
    runs = process.world.runs
    await runs.check_template(key("t"))
    [bad] = runs.templates.writes
    assert _conditions(bad) == {"Ready": False, "Reconciling": False, "Stalled": True}
    stalled = next(condition for condition in bad.conditions if condition.type is ConditionType.STALLED)
    assert stalled.reason == "InvalidDefinition"
    assert stalled.message.startswith("2 problems: ")
    process.runs.template("t", steps=[step("a")])
    await runs.check_template(key("t"))
    assert _conditions(runs.templates.writes[-1])["Ready"]


async def test_one_that_cannot_be_understood_says_why(process: Process) -> None:
    known = process.runs.template("t", steps=[step("a")])
    process.runs.templates[known.key] = replace(known, definition=None, problem="spec.steps: found nothing")
    await process.world.runs.check_template(key("t"))
    [status] = process.world.runs.templates.writes
    assert status.conditions[0].message == "spec.steps: found nothing"


async def test_templates_that_it_names_are_looked_into(process: Process) -> None:
    process.runs.template("t", steps=[step("a", workflow={"templateRef": {"name": "u"}})])
    process.runs.template("u", steps=[step("a", workflow={"templateRef": {"name": "t"}})])
    await process.world.runs.check_template(key("t"))
    [status] = process.world.runs.templates.writes
    assert status.conditions[0].message == "a template comes back to itself: t -> u -> t"


async def test_one_that_is_gone_or_going_is_left_alone(process: Process) -> None:
    known = process.runs.template("t", steps=[step("a")])
    process.runs.templates[known.key] = replace(known, terminating=True)
    await process.world.runs.check_template(key("t"))
    await process.world.runs.check_template(key("nobody"))
    assert process.world.runs.templates.writes == []
