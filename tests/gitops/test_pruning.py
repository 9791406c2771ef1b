"""C8: what is removed from Git is pruned, and what comes back under the same name is another Todo."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.local import CompletedKubectl, LocalCluster
from tests.api_server import JsonObject
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

APPROVAL: JsonObject = {"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}}
BEHIND = manifest("rollout", content="Roll out", depends_on=["approve"])

Git = Callable[..., CompletedKubectl]


@pytest.fixture
def git(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Git:
    """Have these manifests, and no others, in the namespace, as a pipeline does that prunes."""
    files = tmp_path / "release.yaml"

    def sync(*manifests: JsonObject) -> CompletedKubectl:
        release = [{**each, "metadata": {**each["metadata"], "labels": {"release": "shop"}}} for each in manifests]
        files.write_text(yaml.safe_dump_all(release))
        prune = ("--prune", "--selector=release=shop", "--prune-allowlist=todo.myapp.dev/v1alpha1/Todo")
        return cluster.kubectl("apply", *prune, "-f", str(files), "-n", namespace, user="pipeline")

    return sync


@pytest.mark.parametrize("renamed", [False, True], ids=["put back", "renamed"])
def test_c8_a_decision_does_not_outlive_its_todo(
    git: Git, todos: Todos, stopped_operator: OperatorProcess, renamed: bool
) -> None:
    """A yes for the Todo that was there counts neither for the one that has its name now nor under another name.

    It was made while no operator ran, and is still there when one runs again: nothing but its uid tells.
    """
    operator = stopped_operator
    operator.start()
    git(manifest("approve", content="Approve 1.0", **APPROVAL), BEHIND)
    todos.wait("approve", "Active", "AwaitingDecision")
    operator.stop()
    yes = todos.decide(todos.get("approve"), "Approve", groups=["sre"], keep=True)
    git(BEHIND)
    todos.wait_until_gone("approve")
    name = "approve-again" if renamed else "approve"
    git(manifest(name, content="Approve 2.0", **APPROVAL), BEHIND)
    operator.start()

    expected = "TargetNotFound" if renamed else "TargetReplaced"
    assert todos.judged(yes)["reason"] == expected
    assert "decisions" not in todos.wait(name, "Active", "AwaitingDecision")
    assert todos.status("rollout")["phase"] == "Pending"


@pytest.mark.usefixtures("operator")
def test_c8_what_depends_on_it_waits_until_it_is_back(git: Git, todos: Todos) -> None:
    """A gate that is pruned opens nothing; put back, it is asked for anew."""
    gate = manifest("approve", content="Approve", **APPROVAL)
    git(gate, BEHIND)
    todos.wait("rollout", "Pending", "WaitingForDependency")
    before = todos.get("approve")["metadata"]["uid"]

    pruned = git(BEHIND)

    assert "approve pruned" in pruned.stdout
    todos.wait("rollout", "Pending", "DependencyNotFound")
    git(gate, BEHIND)
    todos.wait("approve", "Active", "AwaitingDecision")
    todos.wait("rollout", "Pending", "WaitingForDependency")
    assert todos.get("approve")["metadata"]["uid"] != before
    todos.judged(todos.decide(todos.get("approve"), "Approve", groups=["sre"]))
    todos.wait("rollout", "Active")
