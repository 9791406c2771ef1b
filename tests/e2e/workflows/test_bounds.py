"""Runs at their limits: 10,000 items, 500 steps, and what a run costs in writes."""

import json

import pytest

from tests.api_server import JsonObject
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(1800)]

ITEMS = 10_000
STEPS = 500
MOST_BYTES = 256 * 1024


def stored(found: JsonObject) -> int:
    """The bytes of an object as the API server stores it."""
    return len(json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.long
@pytest.mark.statement("L28")
def test_ten_thousand_items_are_done(runs: Runs) -> None:
    """To the end, with a status that counts them and names none."""
    runs.start("many", step("each", forEach={"items": list(range(ITEMS))}))

    status = runs.wait("many", "Succeeded", "Completed", timeout=1500)

    assert status["steps"][0]["items"]["succeeded"] == ITEMS
    assert len(json.dumps(runs.get("many")["status"])) < 8192


@pytest.mark.statement("L19", "L25")
def test_five_hundred_steps_stay_small(runs: Runs, writes: AuditedWrites) -> None:
    """The object below 256 KiB where it holds steps of the longest names that wait for others; its writes are few."""
    names = [f"s{number:03d}-{'x' * 58}" for number in range(STEPS)]
    roots = {number: names[number - number % 5] for number in range(STEPS) if number % 5}
    runs.start(
        "wide",
        *(
            step(name, *([roots[number]] if number in roots else []), manual={}, timeout="1s")
            for number, name in enumerate(names)
        ),
        failurePolicy="Continue",
    )

    status = runs.wait("wide", "Failed", "StepFailed", timeout=300)

    assert (status["counts"]["failed"], status["counts"]["skipped"]) == (STEPS - len(roots), len(roots))
    assert stored(runs.get("wide")) < MOST_BYTES
    writes.settled()
    assert writes.per_object("patch todoworkflows/status")["wide"] <= 2 + STEPS / 10


@pytest.mark.statement("L19")
def test_five_hundred_steps_of_long_names_and_outputs_stay_small(runs: Runs) -> None:
    """All but one have failed with long names, one accepts that, and the run says all that it may."""
    names = [f"s{number:03d}-{'x' * 58}" for number in range(STEPS - 1)]
    run = "r" * 63
    mends = [{"name": name, "on": ["Failed"]} for name in names]
    runs.put_template(
        "long",
        *(step(name, manual={}, timeout="1s") for name in names),
        {"name": "mend", "content": "Mend", "wait": {"duration": "0s"}, "dependsOn": mends},
        params=[{"name": "long"}],
        outputs=[{"name": f"o{number}", "value": "params.long"} for number in range(8)],
    )
    runs.start(run, templateRef={"name": "long"}, params={"long": "y" * 4096})

    status = runs.wait(run, "Succeeded", "Completed", timeout=300)

    assert status["counts"]["failed"] == STEPS - 1
    assert len(status["outputs"]["o7"]) == 4096
    assert stored(runs.get(run)) < MOST_BYTES


def test_a_small_run_costs_few_writes(runs: Runs, todos: Todos, writes: AuditedWrites) -> None:
    """A run of one step: two of its own, the Todo's creation and its end. A step that is skipped has no Todo."""
    runs.start("one", step("a"), step("never", when="false"))

    runs.wait("one", "Succeeded", timeout=30)

    writes.settled()
    assert writes.of("one") == ["patch todoworkflows/status"] * 2
    assert writes.of("one.a") == ["create todos", "patch todos/status"]
    assert not todos.exists("one.never")


def test_a_step_that_people_do_costs_two_writes(runs: Runs, todos: Todos, writes: AuditedWrites) -> None:
    """Beside its creation: that it waits for them, and its end."""
    runs.start("two", step("ask", manual={}))
    todos.wait("two.ask", "Active")
    todos.decide(todos.get("two.ask"))

    runs.wait("two", "Succeeded", timeout=30)

    writes.settled()
    assert writes.of("two.ask") == ["create todos", "patch todos/status", "patch todos/status"]
