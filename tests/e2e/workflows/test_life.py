"""Workflows from their start to their end, by the running operator on a real API server."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api_server import JsonObject
from tests.manifests import step
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs
from tests.running_operator.todos import Todos, holds

pytestmark = pytest.mark.cluster

AT_ONCE = {"duration": "0s"}


def chain(length: int, **fields: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Steps that follow one another."""
    return [
        step(f"s{number}", **({"dependsOn": [{"name": f"s{number - 1}"}]} if number else {}), **fields)
        for number in range(length)
    ]


@pytest.mark.usefixtures("operator")
def test_a_chain_of_its_own_steps(runs: Runs, todos: Todos) -> None:
    """Each step becomes a Todo when the one before it has ended; the whole says so in the words of a Job."""
    runs.start(steps=chain(4, wait=AT_ONCE))

    status = runs.wait("run", "Succeeded", "Completed")

    assert status["progress"] == "4/4"
    assert status["counts"] == {"total": 4, "succeeded": 4, "failed": 0, "skipped": 0, "cancelled": 0, "active": 0}
    assert [entry["todo"] for entry in status["steps"]] == [f"run.s{number}" for number in range(4)]
    assert holds(status, "Complete")
    assert holds(status, "Ready")
    children = todos.all()
    times = [children[f"run.s{number}"]["status"]["completionTime"] for number in range(4)]
    ended = list(map(datetime.fromisoformat, times))  # as texts, a whole second would come after its fractions
    assert ended == sorted(ended)
    assert {child["metadata"]["annotations"]["todo.myapp.dev/created-by"] for child in children.values()} == {"admin"}


@pytest.mark.usefixtures("operator")
def test_a_step_for_each_item(runs: Runs, todos: Todos) -> None:
    """Items are resolved one by one; what follows sees what they have yielded, by index."""
    two_at_once = {"items": "params.zones", "parallelism": 2}
    runs.start(
        params={"zones": ["a", "b", "c"]},
        steps=[
            step("zone", content="Do $(item) ($(index))", forEach=two_at_once, wait=AT_ONCE),
            step("after", content="$(size(params.zones)) zones", dependsOn=[{"name": "zone"}], wait=AT_ONCE),
        ],
    )  # fmt: skip

    status = runs.wait("run", "Succeeded")

    assert status["steps"][0]["items"]["succeeded"] == 3
    assert {name: child["spec"]["content"] for name, child in todos.all().items()} == {
        "run.zone.0": "Do a (0)",
        "run.zone.1": "Do b (1)",
        "run.zone.2": "Do c (2)",
        "run.after": "3 zones",
    }


@pytest.mark.usefixtures("operator")
def test_a_run_of_a_template(runs: Runs, todos: Todos) -> None:
    """It waits for its template, takes it as it is then, and keeps it whatever becomes of the template."""
    runs.start(templateRef={"name": "release"}, params={"env": "prod"})
    waiting = runs.wait("run", "Pending", "TemplateNotFound")
    assert "release" in waiting["message"]

    runs.put_template(
        "release",
        params=[{"name": "env", "enum": ["staging", "prod"]}, {"name": "count", "type": "number", "default": 2}],
        steps=[
            step("ask", content="Approve $(params.env)"),
            step("count", content="Count to $(params.count)", dependsOn=[{"name": "ask"}], wait=AT_ONCE),
        ],
        outputs=[{"name": "env", "value": "params.env"}],
    )
    runs.wait("run", "Active")
    todos.wait_until_exists("run.ask")
    runs.edit_template("release", steps=[step("other")])
    runs.remove_template("release")
    todos.wait("run.ask", "Active")
    todos.decide(todos.get("run.ask"))

    status = runs.wait("run", "Succeeded")

    assert status["outputs"] == {"env": "prod"}
    assert status["definition"] == "run-definition"
    assert todos.get("run.count")["spec"]["content"] == "Count to 2"


@pytest.mark.usefixtures("operator")
def test_a_template_says_all_that_is_wrong_with_it(runs: Runs) -> None:
    """In one message, and is healed by an edit."""
    runs.put_template(
        "broken",
        steps=[
            step("a", dependsOn=[{"name": "b"}], timeout="3d"),
            step("b", dependsOn=[{"name": "a"}], http={"url": "https://x.example", "successWhen": "1 +"}),
        ],
    )
    runs.start(templateRef={"name": "broken"})
    refused = runs.wait("run", "Pending", "InvalidDefinition")
    stalled = runs.template_conditions("broken")["Stalled"]

    runs.edit_template("broken", steps=[step("a", wait=AT_ONCE)])
    runs.wait("run", "Succeeded")

    assert stalled["status"] == "True"
    assert "a -> b -> a" in stalled["message"]
    assert "a -> b -> a" in refused["message"]
    assert holds(refused, "Stalled")
    assert runs.template_conditions("broken")["Ready"]["status"] == "True"


@pytest.mark.usefixtures("operator")
def test_a_workflow_within_a_workflow(runs: Runs, todos: Todos) -> None:
    """It is a run of its own, of the templates as they were when the outer one was begun."""
    greet = step("greet", content="Greet $(params.who)")
    runs.put_template("inner", params=[{"name": "who", "required": True}], steps=[greet])
    inner = {"templateRef": {"name": "inner"}, "params": {"who": "$(params.who)"}}
    runs.put_template("outer", params=[{"name": "who", "default": "all"}], steps=[step("one", workflow=inner)])
    runs.start(templateRef={"name": "outer"})
    entry = runs.wait_until(
        "run", lambda status: any(each.get("todo") for each in status.get("steps", ())), "a step of a step"
    )["steps"][0]
    runs.wait(entry["todo"], "Active", "AwaitingDecision")
    todos.wait(f"{entry['todo']}.greet", "Active")
    assert todos.get(f"{entry['todo']}.greet")["spec"]["content"] == "Greet all"
    todos.decide(todos.get(f"{entry['todo']}.greet"))

    assert runs.wait("run", "Succeeded")["progress"] == "1/1"


@pytest.mark.usefixtures("operator")
def test_a_failure_stops_what_follows_and_finally_is_done(runs: Runs) -> None:
    """FailFast: nothing new begins; the failed step is named."""
    last: JsonObject = {"finally": [step("tell", content="It is $(workflow.phase)", wait=AT_ONCE)]}
    runs.start(
        steps=[
            step("flaky", content="Times out", timeout="200ms"),
            step("next", dependsOn=[{"name": "flaky"}], wait=AT_ONCE),
        ],
        **last,
    )

    status = runs.wait("run", "Failed", "StepFailed")

    assert "flaky" in status["message"]
    assert {entry["name"]: entry["phase"] for entry in status["steps"]} == {
        "flaky": "Failed",
        "next": "Skipped",
        "tell": "Succeeded",
    }
    assert holds(status, "Failed")


@pytest.mark.usefixtures("operator")
def test_people_decide_about_a_run(runs: Runs, todos: Todos) -> None:
    """Suspend holds what is new, Resume goes on, Cancel ends what runs, Retry of what has failed begins it anew."""
    runs.start(steps=[step("ask"), step("wait", dependsOn=[{"name": "ask"}], wait={"duration": "1h"})])
    todos.wait_until_exists("run.ask")
    todos.wait("run.ask", "Active")
    assert runs.judge("Suspend")["outcome"] == "Counted"
    todos.decide(todos.get("run.ask"))
    todos.wait("run.ask", "Succeeded")
    runs.wait("run", "Active", "Suspended")
    assert not todos.exists("run.wait")
    assert runs.judge("Resume")["outcome"] == "Counted"
    todos.wait_until_exists("run.wait")
    assert runs.judge("Complete", user="admin")["reason"] == "NotForPeople"

    assert runs.judge("Cancel", mode="Terminate", message="enough")["outcome"] == "Counted"

    status = runs.wait("run", "Cancelled")
    assert todos.wait("run.wait", "Cancelled", "WorkflowCancelled")
    assert [(made["action"], made["username"]) for made in status["decisions"]] == [
        ("Suspend", "oncall"),
        ("Resume", "oncall"),
        ("Cancel", "oncall"),
    ]


@pytest.mark.usefixtures("operator")
def test_retry_of_a_run(runs: Runs, todos: Todos) -> None:
    """What has failed is begun anew under another name; what has succeeded stays."""
    runs.start(steps=[step("good", wait=AT_ONCE), step("ask", dependsOn=[{"name": "good"}], approval={})])
    todos.wait_until_exists("run.ask")
    todos.wait("run.ask", "Active")
    todos.decide(todos.get("run.ask"), "Reject", user="release-lead")
    runs.wait("run", "Failed", "StepFailed")

    assert runs.judge("Retry")["outcome"] == "Counted"

    todos.wait_until_exists("run.ask.r1")
    todos.wait("run.ask.r1", "Active")
    todos.decide(todos.get("run.ask.r1"), "Approve", user="release-lead")
    assert runs.wait("run", "Succeeded")["revision"] == 1
    assert sorted(todos.all()) == ["run.ask", "run.ask.r1", "run.good"]


def test_the_operator_is_killed_in_the_middle(stopped_operator: OperatorProcess, runs: Runs, todos: Todos) -> None:
    """Again and again: nothing is done twice, nothing is forgotten."""
    runs.put_template("long", steps=chain(12, wait={"duration": "300ms"}))
    stopped_operator.start()
    runs.start(templateRef={"name": "long"})
    for done in (2, 5, 8):
        todos.wait_until_exists(f"run.s{done}")
        stopped_operator.kill()
        stopped_operator.start()

    status = runs.wait("run", "Succeeded", timeout=90)

    assert status["progress"] == "12/12"
    assert sorted(todos.all()) == sorted(f"run.s{number}" for number in range(12))


@pytest.mark.usefixtures("operator")
def test_a_run_is_deleted_when_its_time_is_over(runs: Runs, todos: Todos) -> None:
    """With what it is made of."""
    runs.start(steps=[step("a", wait=AT_ONCE)], ttlAfterFinished="3s")
    runs.wait("run", "Succeeded")

    todos.wait_until_gone("run.a", timeout=90)
    assert not runs.exists("run")


@pytest.mark.usefixtures("operator")
def test_what_a_run_costs(runs: Runs, writes: AuditedWrites) -> None:
    """A run of one step: two writes of its status; its Todo: its creation and one write."""
    runs.start(steps=[step("only", wait=AT_ONCE)])
    runs.wait("run", "Succeeded")

    assert sorted(f"{write} {write.name}" for write in writes.settled()) == [
        "create todos run.only",
        "patch todos/status run.only",
        "patch todoworkflows/status run",
        "patch todoworkflows/status run",
    ]


@pytest.mark.statement("L33")
@pytest.mark.usefixtures("operator")
def test_a_wait_is_never_shorter_than_it_says(runs: Runs, todos: Todos, writes: AuditedWrites) -> None:
    """Though the API server dates the creation of its Todo to the second only."""
    time.sleep(-(time.time() + 0.4) % 1)  # late in a second
    begun = datetime.now(UTC)
    runs.start("run", step("pause", wait={"duration": "1s"}))

    runs.wait("run", "Succeeded")

    ended = datetime.fromisoformat(todos.status("run.pause")["completionTime"])
    assert ended - begun >= timedelta(seconds=1)
    of_todos = [str(write) for write in writes.all() if write.resource.startswith("todos")]
    assert of_todos == ["create todos", "patch todos/status"]
