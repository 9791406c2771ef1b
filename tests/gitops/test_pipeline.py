"""A pipeline's account applies the same manifests again and again over Todos in every stage: no drift, no write."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.local import CompletedKubectl, LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path, todos_path
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]

ROUNDS = 5
RELEASE = (
    manifest("build", content="Build", wait={"duration": "0s"}),
    manifest("soak", content="Soak", depends_on=["build"], wait={"duration": "24h"}, dueTime="2999-01-01T00:00:00Z"),
    manifest("approve", content="Approve", tags=["prod", "release"], timeout="72h", readiness="Complete"),
    manifest("late", content="Late", dueTime="2020-01-01T00:00:00Z"),
    manifest("paused", content="Paused", suspend=True),
    manifest("rollout", content="Roll out", depends_on=["soak", "approve"], wait={"duration": "0s"}),
    manifest("orphan", content="Waits for nobody", depends_on=["nobody"]),
    manifest("expired", content="Expired", timeout="1s"),
    manifest("dependent", content="Behind it", depends_on=["expired"]),
    manifest("ring-a", content="Loop", depends_on=["ring-b"]),
    manifest("ring-b", content="Loop", depends_on=["ring-a"]),
)
STAGES = {
    "build": ("Succeeded", "Completed"),
    "soak": ("Active", "Waiting"),
    "approve": ("Active", "AwaitingDecision"),
    "late": ("Active", "AwaitingDecision"),
    "paused": ("Pending", "Suspended"),
    "rollout": ("Pending", "WaitingForDependency"),
    "orphan": ("Pending", "DependencyNotFound"),
    "expired": ("Failed", "TimedOut"),
    "dependent": ("Skipped", "DependencyFailed"),
    "ring-a": ("Pending", "DependencyCycle"),
    "ring-b": ("Pending", "DependencyCycle"),
}


@pytest.fixture
def pipeline(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Callable[..., CompletedKubectl]:
    """kubectl as the pipeline's service account, with the release as files."""
    files = tmp_path / "release.yaml"
    files.write_text(yaml.safe_dump_all(RELEASE))

    def kubectl(*arguments: str, check: bool = True) -> CompletedKubectl:
        return cluster.kubectl(*arguments, "-f", str(files), "-n", namespace, user="pipeline", check=check)

    return kubectl


@pytest.mark.parametrize("flags", [(), ("--server-side",)], ids=["apply", "server-side apply"])
def test_c1_the_same_manifests_again_and_again(
    flags: tuple[str, ...], pipeline: Callable[..., CompletedKubectl], todos: Todos, writes: AuditedWrites
) -> None:
    """Same generation, same resourceVersion, an empty diff, and the operator's audit log does not grow."""
    pipeline("apply", *flags)
    for name, (phase, reason) in STAGES.items():
        todos.wait(name, phase, reason)
    written = len(writes.settled())
    before = todos.all()

    for _ in range(ROUNDS):
        assert set(_verbs(pipeline("apply", *flags).stdout)) <= {"unchanged", "serverside-applied"}
        diff = pipeline("diff", *flags, check=False)
        assert (diff.returncode, diff.stdout) == (0, ""), "drift"

    assert [str(write) for write in writes.settled()[written:]] == []
    after = todos.all()
    for name, todo in after.items():
        assert todo["spec"] == before[name]["spec"]
        assert todo["status"] == before[name]["status"]
        assert todo["metadata"]["generation"] == 1
        assert todo["metadata"]["resourceVersion"] == before[name]["metadata"]["resourceVersion"]


def test_two_tools_may_take_turns(
    pipeline: Callable[..., CompletedKubectl], todos: Todos, writes: AuditedWrites
) -> None:
    """What client-side apply notes in an annotation is an event without news: the operator has nothing to write."""
    pipeline("apply", "--server-side")
    for name, (phase, reason) in STAGES.items():
        todos.wait(name, phase, reason)
    written = len(writes.settled())
    for _ in range(2):
        pipeline("apply")
        pipeline("apply", "--server-side", "--force-conflicts")
    assert [str(write) for write in writes.settled()[written:]] == []
    assert {name: _stage(todo) for name, todo in todos.all().items()} == STAGES


def test_metadata_that_is_wiped_and_replaced_is_nothing_to_the_operator(
    pipeline: Callable[..., CompletedKubectl], todos: Todos, writes: AuditedWrites
) -> None:
    """`kubectl replace`, as Argo CD's Replace=true does it: nothing is done again, because nothing of ours is there."""
    pipeline("apply")
    for name, (phase, reason) in STAGES.items():
        todos.wait(name, phase, reason)
    written = len(writes.settled())
    pipeline("replace")
    assert [str(write) for write in writes.settled()[written:]] == []
    assert {name: _stage(todo) for name, todo in todos.all().items()} == STAGES


def test_a_pipeline_cannot_decide(
    cluster: LocalCluster, namespace: str, pipeline: Callable[..., CompletedKubectl], todos: Todos
) -> None:
    """A decision in Git would be applied by an account that is not the person it names."""
    pipeline("apply")
    todos.wait("approve", "Active")
    target = {"kind": "Todo", "name": "approve", "uid": todos.get("approve")["metadata"]["uid"]}
    decision: JsonObject = {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "TodoDecision",
        "metadata": {
            "name": "from-git",
            "ownerReferences": [{"apiVersion": "todo.myapp.dev/v1alpha1", **target}],
        },
        "spec": {"target": target, "action": "Complete", "user": {"username": "oncall"}},
    }
    refused = cluster.kubectl(
        "create", "-f", "-", "-n", namespace, user="pipeline", stdin=json.dumps(decision), check=False
    )
    assert refused.returncode != 0
    assert "forbidden" in refused.stderr.lower()
    assert _stage(todos.get("approve")) == STAGES["approve"]


@pytest.mark.parametrize("user", ["pipeline", "oncall"])
def test_c13_a_button_that_acts_as_the_pipeline_is_refused_with_the_command_that_helps(
    cluster: LocalCluster, namespace: str, todos: Todos, user: str
) -> None:
    """A custom action in Argo CD's UI acts as Argo CD, who presses it is lost: as a decision, or as a status."""
    account = "system:serviceaccount:gitops:pipeline"
    cluster.kubectl("create", "rolebinding", "all", "-n", namespace, "--clusterrole=cluster-admin", f"--user={account}")
    todo = todos.create("approve", approval={})
    todos.wait("approve", "Active", "AwaitingDecision")
    argo = ApiServer(cluster.kubeconfig("pipeline"))
    username = account if user == "pipeline" else user

    decided = argo.create(decisions_path(namespace), decision_manifest(todo, username=username, action="Approve"))
    patched = argo.patch(f"{todos_path(namespace)}/approve/status", {"status": {"phase": "Succeeded"}})
    argo.close()

    helps, forged = f"(kubectl todo approve approve -n {namespace})", "nobody decides in another's name"
    told = helps if user == "pipeline" else forged
    assert (decided.code, told in decided.message) == (403, True), decided.message
    assert (patched.code, "people decide instead (kubectl todo)" in patched.message) == (403, True), patched.message
    assert _stage(todos.get("approve")) == ("Active", "AwaitingDecision")


def _verbs(output: str) -> list[str]:
    return [line.rpartition(" ")[2] for line in output.splitlines()]


def _stage(todo: JsonObject) -> tuple[str, str]:
    return todo["status"]["phase"], todo["status"]["reason"]
