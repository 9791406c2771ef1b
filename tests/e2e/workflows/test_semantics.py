"""The important rows of the truth table on a real API server: what a run and its steps come to."""

import pytest

from tests.api_server import JsonObject
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos, holds

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(180)]

ASK: JsonObject = {"manual": {}}
FAILS: JsonObject = {"manual": {}, "timeout": "1s"}
"""A person's work that nobody does in time: the cheapest failure."""


@pytest.mark.statement("W97", "W99")
def test_values_flow_from_step_to_step(runs: Runs, todos: Todos) -> None:
    """Params, outputs, items: resolved when a step is ready, numbers stay numbers, `when` decides, outputs are said."""
    form = {"form": {"properties": {"count": {"type": "integer"}}}}
    runs.put_template(
        "values",
        step("ask", manual=form),
        step("each", "ask", content="$(item) of $(steps.ask.outputs.count)", forEach={"items": "params.names"}),
        step("hold", "each", wait={"duration": "$(params.hold)"}),
        step("never", "hold", when="params.urgency > 100"),
        params=[
            {"name": "names", "type": "array", "required": True},
            {"name": "hold", "default": "1s"},
            {"name": "urgency", "type": "number", "default": 7},
        ],
        outputs=[{"name": "count", "value": "steps.ask.outputs.count"}],
    )
    runs.start("flow", templateRef={"name": "values"}, params={"names": ["a", "b"]})
    todos.wait("flow.ask", "Active")
    todos.decide(todos.get("flow.ask"), values={"count": "3"})

    status = runs.wait("flow", "Succeeded", "Completed", timeout=30)

    assert runs.steps("flow")["never"] == "Skipped(WhenFalse)"
    assert status["outputs"] == {"count": 3}
    assert status["progress"] == "4/4"
    assert holds(status, "Complete")
    assert [todos.get(f"flow.each.{index}")["spec"]["content"] for index in (0, 1)] == ["a of 3", "b of 3"]
    assert todos.get("flow.hold")["spec"]["wait"] == {"duration": "1s"}
    assert not todos.exists("flow.never")


@pytest.mark.statement("W30", "W32", "W33", "W41")
def test_a_failure_ends_what_depends_on_it_and_finally_is_done(runs: Runs, todos: Todos) -> None:
    """FailFast; a step that accepts the failure makes it none; Continue goes on elsewhere."""
    runs.start("fast", step("a", **FAILS), step("b", "a"), last=[step("tell", content="$(workflow.phase)")])
    handled = {"dependsOn": [{"name": "a", "on": ["Failed"]}]}
    runs.start("handled", step("a", **FAILS), step("mend", **handled))
    runs.start("on", step("a", **FAILS), step("b", "a"), step("c"), failurePolicy="Continue")

    assert "a" in runs.wait("fast", "Failed", "StepFailed", timeout=30)["message"]
    assert runs.steps("fast") == {
        "a": "Failed(TimedOut)",
        "b": "Skipped(DependencyFailed)",
        "tell": "Succeeded(Completed)",
    }
    assert todos.get("fast.tell")["spec"]["content"] == "Failed"
    runs.wait("handled", "Succeeded", "Completed", timeout=30)
    runs.wait("on", "Failed", "StepFailed", timeout=30)
    assert runs.steps("on")["c"] == "Succeeded(Completed)"


@pytest.mark.parametrize(
    ("mode", "running", "last"),
    [
        ("Terminate", "Cancelled", None),
        ("Stop", "Succeeded", "Succeeded"),
        ("RunFinally", "Cancelled", "Succeeded"),
    ],
)
@pytest.mark.statement("L18", "W50", "W52", "W53")
def test_cancel_modes(runs: Runs, todos: Todos, *, mode: str, running: str, last: str | None) -> None:
    """What runs, what has not begun, and finally."""
    run = runs.start("run", step("a", **ASK), step("b", "a"), last=[step("tell")])
    todos.wait("run.a", "Active")

    assert runs.judged(runs.decide(run, "Cancel", mode=mode))["outcome"] == "Counted"
    if mode == "Stop":
        todos.decide(todos.get("run.a"))

    status = runs.wait("run", "Cancelled", "Cancelled", timeout=30)
    steps = {entry["name"]: entry["phase"] for entry in status["steps"]}
    assert (steps["a"], steps["b"]) == (running, "Skipped")
    assert steps["tell"] == (last or "Skipped")
    assert todos.status("run.a")["phase"] == running
    assert todos.exists("run.tell") is (last is not None)


@pytest.mark.statement("L9", "W90")
def test_retry_does_again_what_failed_and_what_follows(runs: Runs, todos: Todos) -> None:
    """What has succeeded stays; new Todos have names of their own; one of them is not retried alone."""
    run = runs.start("run", step("a"), step("b", "a", manual={}, timeout="1s"), step("c", "b"))
    runs.wait("run", "Failed", "StepFailed", timeout=30)
    alone = todos.judged(todos.decide(todos.get("run.b"), "Retry"))
    assert (alone["outcome"], alone["reason"]) == ("Refused", "NotForPeople")

    assert runs.judged(runs.decide(run, "Retry", message="once more"))["outcome"] == "Counted"
    todos.wait("run.b.r1", "Active")
    todos.decide(todos.get("run.b.r1"))

    status = runs.wait("run", "Succeeded", "Completed", timeout=30)
    assert {entry["name"]: entry["todo"] for entry in status["steps"]} == {
        "a": "run.a",
        "b": "run.b.r1",
        "c": "run.c.r1",
    }
    assert [made["action"] for made in status["decisions"]] == ["Retry"]


@pytest.mark.statement("L18", "W60")
def test_timeout_ends_the_run_after_finally(runs: Runs, todos: Todos) -> None:
    """What runs is cancelled; a machine's work, since the clock stands still where only people are waited for."""
    runs.start("run", step("a", wait={"duration": "1h"}), step("b", "a"), last=[step("tell")], timeout="2s")

    status = runs.wait("run", "Failed", "TimedOut", timeout=30)

    assert {entry["name"]: entry["phase"] for entry in status["steps"]} == {
        "a": "Cancelled",
        "b": "Skipped",
        "tell": "Succeeded",
    }
    assert todos.status("run.a")["reason"] == "WorkflowCancelled"


@pytest.mark.statement("W62")
def test_the_clock_stands_still_while_people_are_waited_for(runs: Runs, todos: Todos) -> None:
    """A run that waits for an approval does not time out because of it."""
    runs.start("run", step("ask", **ASK), timeout="2s")
    runs.wait("run", "Active", "AwaitingDecision")
    since = runs.status("run")["suspendTime"]
    runs.start("other", step("a", wait={"duration": "1h"}), timeout="2s")
    runs.wait("other", "Failed", "TimedOut", timeout=30)

    assert runs.status("run")["phase"] == "Active"
    assert runs.status("run")["suspendTime"] == since
    todos.decide(todos.get("run.ask"))
    runs.wait("run", "Succeeded", timeout=30)


@pytest.mark.statement("W66", "W67")
def test_suspension_begins_nothing_new(runs: Runs, todos: Todos) -> None:
    """By decision and by the spec; what runs ends by itself, and the rest is done when the run goes on."""
    run = runs.start("run", step("a", **ASK), step("b", "a"))
    todos.wait("run.a", "Active")
    assert runs.judged(runs.decide(run, "Suspend"))["outcome"] == "Counted"
    todos.decide(todos.get("run.a"))
    runs.wait_for_step("run", "a", "Succeeded")
    assert not todos.exists("run.b")
    assert runs.status("run")["reason"] == "Suspended"

    assert runs.judged(runs.decide(run, "Resume"))["outcome"] == "Counted"
    runs.wait("run", "Succeeded", timeout=30)

    runs.start("held", step("a"), suspend=True)
    runs.wait_until("held", lambda status: status.get("reason") == "Suspended", "held")
    runs.edit("held", suspend=False)
    runs.wait("held", "Succeeded", timeout=30)


SLY = "$(TOKEN) ' || true || '"


@pytest.mark.statement("L20")
def test_values_are_put_in_as_what_they_are(runs: Runs, todos: Todos) -> None:
    """Into each field that has values, as the Todo has it then; types stay, and nothing is looked at again."""
    params = {
        "env": "prod",
        "team": "sre",
        "due": "2100-01-01T00:00:00Z",
        "start": "2020-01-01T00:00:00Z",
        "hour": "1h",
        "sly": SLY,
        "n": 3,
        "nested": {"a": [{"b": 1.5}, True, "$(params.env)"]},
        "method": "GET",
    }
    person = step(
        "person",
        manual={},
        content="To $(params.env) by $(NAME)",
        tags=["$(params.env)"],
        assignees=[{"kind": "Group", "name": "$(params.team)"}],
        dueTime="$(params.due)",
        startTime="$(params.start)",
        timeout="$(params.hour)",
        reminders={"every": "$(params.hour)"},
    )
    container = {"name": "main", "image": "b:1", "args": ["$(HOME)", "$(params.sly)", "$$(params.n)"]}
    pods = {"parallelism": "$(params.n)", "template": {"spec": {"containers": [container]}}}
    asks = {"url": "https://$(params.env).example", "method": "$(params.method)", "timeout": "$(string(params.n))s"}
    asks["successWhen"] = "response.body == $(params.sly)"
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "$(params.env)"}, "of": "$(params.nested)"}

    runs.start(
        "run",
        person,
        step("job", job={"template": {"spec": pods}}),
        step("http", http=asks, outputs=[{"name": "same", "value": "result.body == $(params.sly)"}]),
        step("resource", resource={"operation": "Apply", "manifest": made}),
        params=params,
    )
    for name in ("person", "job", "http", "resource"):
        todos.wait_until_exists(f"run.{name}")

    found = {name: todos.get(f"run.{name}")["spec"] for name in ("person", "job", "http", "resource")}
    assert {name: found["person"][name] for name in person if name not in ("name", "manual")} == {
        "content": "To prod by $(NAME)",
        "tags": ["prod"],
        "assignees": [{"kind": "Group", "name": "sre"}],
        "dueTime": params["due"],
        "startTime": params["start"],
        "timeout": "1h",
        "reminders": {"every": "1h"},
    }
    job = found["job"]["job"]["template"]["spec"]
    assert job["parallelism"] == 3
    assert job["template"]["spec"]["containers"][0]["args"] == ["$(HOME)", "$" + SLY, "$(params.n)"]
    assert (found["http"]["http"]["url"], found["http"]["http"]["timeout"]) == ("https://prod.example", "3s")
    assert "true ||" not in found["http"]["http"]["successWhen"]
    assert found["http"]["outputs"][0]["value"].startswith('result.body == "')
    assert found["resource"]["resource"]["manifest"]["metadata"] == {"name": "prod"}
    assert found["resource"]["resource"]["manifest"]["of"] == params["nested"]


@pytest.mark.statement("W85", "W87")
def test_parallelism_counts_what_does_not_wait_for_people(runs: Runs, todos: Todos) -> None:
    """One machine's step at a time; the person's does not take its place."""
    runs.start("run", step("ask", **ASK), step("a", wait={"duration": "1h"}), step("b"), parallelism=1)
    todos.wait("run.ask", "Active")
    runs.wait_for_step("run", "a", "Active")

    assert runs.wait_for_step("run", "b", "Pending")["steps"][2]["reason"] == "WaitingForSlot"
    assert not todos.exists("run.b")


@pytest.mark.statement("L3")
def test_what_is_wrong_is_said_at_once_and_in_full(runs: Runs) -> None:
    """Of a template and of a run, all problems in one message."""
    runs.start("wrong", step("a", "b"), step("b", "a"), step("c", content="$(params.x)", when="steps.a.phase"))

    status = runs.wait("wrong", "Pending", "InvalidDefinition")

    assert holds(status, "Stalled")
    assert not holds(status, "Ready")
    assert "a -> b -> a" in status["message"]
    assert "step c: content: line 1, column 1: params.x: there is no such param" in status["message"]


@pytest.mark.statement("L2")
def test_a_run_waits_for_its_template(runs: Runs) -> None:
    """GitOps applies in any order."""
    runs.start("early", templateRef={"name": "later"})
    runs.wait("early", "Pending", "TemplateNotFound")

    runs.put_template("later", step("a"))

    runs.wait("early", "Succeeded", timeout=30)


@pytest.mark.statement("L7")
def test_a_finished_run_is_deleted_with_its_todos(runs: Runs, todos: Todos) -> None:
    """When its time to live is over, and with the definition that it has kept."""
    runs.put_template("work", step("a"))
    runs.start("short", templateRef={"name": "work"}, ttlAfterFinished="3s")
    revision = ("controllerrevision/short-definition", f"--namespace={runs.namespace}")
    runs.wait("short", "Succeeded")
    assert runs.cluster.kubectl("get", *revision).stdout

    runs.wait_until_gone("short", timeout=30)
    todos.wait_until_gone("short.a", timeout=30)
    runs.cluster.kubectl("wait", "--for=delete", *revision, "--timeout=60s")
