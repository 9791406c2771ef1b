"""A GitOps pipeline applies the same manifests again and again while the todos run."""

from collections.abc import Callable

import pytest
import yaml

from myapp.infrastructure.mapping.metadata import CREATED_BY
from tests.e2e.operator.kubectl_user import KubectlUser
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]


def test_applying_again_changes_nothing(
    as_user: Callable[[str], KubectlUser], todos: Todos, writes: AuditedWrites
) -> None:
    """No drift, an empty diff, the same generation, and not one write of the operator."""
    pipeline = as_user("pipeline")
    release = (
        manifest("approve", content="Approve", tags=["prod"], timeout="72h", dueTime="2999-01-01T00:00:00Z"),
        manifest("build", content="Build", wait={"duration": "0s"}),
        manifest("rollout", content="Roll out", depends_on=["build", "approve"], wait={"duration": "0s"}),
    )
    pipeline.apply(*release, server_side=True)
    todos.wait("approve", "Active")
    todos.wait("build", "Succeeded")
    todos.wait("rollout", "Pending", "WaitingForDependency")
    before, written = todos.all(), writes.settled()
    for _ in range(3):
        pipeline.apply(*release, server_side=True)
    diff = pipeline.run("diff", "--server-side", "-f", "-", stdin=yaml.safe_dump_all(release), check=False)
    assert (diff.returncode, diff.stdout) == (0, "")
    assert writes.settled()[len(written) :] == []
    for name, todo in todos.all().items():
        assert todo["metadata"]["generation"] == before[name]["metadata"]["generation"] == 1
        assert todo["status"] == before[name]["status"]


def test_nothing_of_ours_is_in_the_metadata_of_users_objects(
    as_user: Callable[[str], KubectlUser], todos: Todos
) -> None:
    """No labels, finalizers or owner references; the operator manages status fields alone. The one annotation is the
    API server's word on who created a todo.
    """
    as_user("pipeline").apply(
        manifest("gate", content="Open the gate"),
        manifest("done", content="Done", wait={"duration": "0s"}),
        server_side=True,
    )
    todos.wait("done", "Succeeded")
    todos.wait("gate", "Active")
    decision = todos.decide(todos.get("gate"))
    todos.wait("gate", "Succeeded")
    todos.judged(decision)
    for todo in (*todos.all().values(), todos.decision(decision)):
        metadata = todo["metadata"]
        assert not {"labels", "finalizers"} & metadata.keys()
        assert metadata.get("annotations", {}).keys() == ({CREATED_BY} if todo["kind"] == "Todo" else set())
        assert "ownerReferences" not in metadata or todo["kind"] == "TodoDecision"
        for entry in metadata["managedFields"]:
            if entry.get("subresource") == "status":
                assert set(entry["fieldsV1"]) == {"f:status"}


def test_readiness_says_when_a_pipeline_may_go_on(as_user: Callable[[str], KubectlUser], todos: Todos) -> None:
    """Accepted is Ready while a person is waited for; Complete is Reconciling until the end."""
    pipeline = as_user("pipeline")
    pipeline.apply(
        manifest("accepted", content="Somebody does it"), manifest("complete", content="Same", readiness="Complete")
    )
    pipeline.run("wait", "todo/accepted", "--for=condition=Ready", "--timeout=20s")
    status = todos.wait("complete", "Active")
    assert _conditions(status) == {"Ready": "False", "Reconciling": "True", "Stalled": "False"}
    assert next(entry for entry in status["conditions"] if entry["type"] == "Reconciling")["reason"] == (
        "AwaitingDecision"
    )
    assert _conditions(todos.status("accepted")) == {"Ready": "True", "Reconciling": "False", "Stalled": "False"}
    todos.decide(todos.get("complete"))
    status = todos.wait("complete", "Succeeded")
    assert _conditions(status) == {"Ready": "True", "Reconciling": "False", "Stalled": "False", "Complete": "True"}


def _conditions(status: dict[str, object]) -> dict[str, str]:
    conditions = status["conditions"]
    assert isinstance(conditions, list)
    return {entry["type"]: entry["status"] for entry in conditions}
