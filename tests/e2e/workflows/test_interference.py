"""What others do to a run while it runs: its template, its Todos, and their names."""

import pytest

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.manifests import todos_path
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos, holds

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(240)]

ASK: JsonObject = {"manual": {}}


@pytest.mark.parametrize("what", ["edited", "deleted", "recreated"])
@pytest.mark.statement("L1")
def test_a_run_keeps_what_it_was_started_with(operator: OperatorProcess, runs: Runs, todos: Todos, what: str) -> None:
    """Whatever becomes of its template, and across a restart; a later run takes the template as it is then."""
    runs.put_template("work", step("ask", **ASK), step("after", "ask", content="as it was"))
    runs.start("run", templateRef={"name": "work"})
    todos.wait("run.ask", "Active")
    changed = (step("ask", **ASK), step("other", "ask", content="as it is"))
    if what == "edited":
        runs.edit_template("work", steps=list(changed))
    elif what == "deleted":
        runs.remove_template("work")
    else:
        runs.put_template("work", *changed)
    operator.restart()

    todos.decide(todos.get("run.ask"))

    runs.wait("run", "Succeeded", timeout=30)
    assert todos.get("run.after")["spec"]["content"] == "as it was"
    assert not todos.exists("run.other")
    if what != "deleted":
        runs.start("next", templateRef={"name": "work"})
        todos.wait("next.ask", "Active")
        todos.decide(todos.get("next.ask"))
        runs.wait("next", "Succeeded", timeout=30)
        assert todos.exists("next.other")


@pytest.mark.statement("W27", "W28")
def test_a_todo_that_is_deleted_fails_its_step(runs: Runs, todos: Todos) -> None:
    """It is not made anew, nobody knows what has been done. What had ended before stays ended."""
    runs.start("run", step("a"), step("ask", "a", **ASK), step("after", "ask"))
    todos.wait("run.ask", "Active")
    todos.delete("run.a")
    todos.delete("run.ask")

    status = runs.wait("run", "Failed", "StepFailed", timeout=30)

    assert runs.steps("run") == {
        "a": "Succeeded(Completed)",
        "ask": "Failed(ChildDeleted)",
        "after": "Skipped(DependencyFailed)",
    }
    assert "ask" in status["message"]


@pytest.mark.statement("L4")
def test_nobody_changes_the_spec_of_a_runs_todo(runs: Runs, todos: Todos, cluster: LocalCluster) -> None:
    """An administrator neither, people act by decisions. Nor may anybody make a Todo that claims to be of a run."""
    run = runs.start("run", step("ask", **ASK))
    todos.wait("run.ask", "Active")
    patch = (
        "patch",
        "todo",
        "run.ask",
        f"--namespace={runs.namespace}",
        "--type=merge",
        '--patch={"spec":{"priority":9}}',
    )

    refused = cluster.kubectl(*patch, check=False)

    assert refused.returncode != 0
    assert "people decide instead" in refused.stderr
    assert todos.get("run.ask")["spec"].get("priority", 0) == 0
    owner = {
        "apiVersion": "todo.myapp.dev/v1alpha1", "kind": "TodoWorkflow", "name": "run", "uid": run["metadata"]["uid"],
        "controller": True,
    }  # fmt: skip
    forged = {"metadata": {"name": "run.forged", "ownerReferences": [owner]}, "spec": {"content": "x"}}
    answer = runs._as("admin").create(  # noqa: SLF001 - as the admin that the driver is
        todos_path(runs.namespace), {"apiVersion": "todo.myapp.dev/v1alpha1", "kind": "Todo", **forged}
    )
    assert not answer.accepted


@pytest.mark.statement("L5")
def test_a_name_that_a_stranger_holds_is_a_conflict(runs: Runs, todos: Todos) -> None:
    """The stranger's Todo is not touched; when it is gone, the run goes on."""
    todos.create("run.a", manual={})
    runs.start("run", step("a"))

    status = runs.wait_until("run", lambda found: found.get("reason") == "NameConflict", "NameConflict", 30)
    assert holds(status, "Stalled")
    assert todos.get("run.a")["spec"].get("manual") == {}
    todos.delete("run.a")

    runs.wait("run", "Succeeded", timeout=60)


@pytest.mark.statement("L6")
def test_a_deleted_run_takes_its_todos_with_it(runs: Runs, todos: Todos) -> None:
    """And another one of that name is another run."""
    runs.start("run", step("ask", **ASK))
    first = todos.wait("run.ask", "Active") and todos.get("run.ask")["metadata"]["uid"]

    runs.delete("run")
    runs.start("run", step("ask", **ASK))

    todos.wait_until_gone("none")
    todos.wait("run.ask", "Active", timeout=60)
    assert todos.get("run.ask")["metadata"]["uid"] != first
