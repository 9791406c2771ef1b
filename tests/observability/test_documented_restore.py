"""Back up and restore as docs/operations.md says: what had ended stays ended, what waited goes on."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from myapp.domain.todo_status import UNPROVEN
from myapp.infrastructure.mapping.metadata import CREATED_BY
from tests.manifests import todo_manifest
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

DOCUMENT = Path(__file__).parents[2] / "docs/operations.md"


def _documented(pattern: str) -> str:
    found = re.search(pattern, DOCUMENT.read_text(), re.MULTILINE)
    assert found is not None, f"the document has no {pattern}"
    return found.group(1)


@pytest.fixture
def back_up_and_restore(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, tmp_path: Path
) -> Callable[[], int]:
    """Run the documented commands for all Todos of the namespace; returns how many were kept."""
    if shutil.which("jq") is None:
        pytest.skip("the documented commands use jq, which is not on PATH")

    def run() -> int:
        listed = cluster.kubectl("get", "todos", "-n", todos.namespace, "-o", "json").stdout
        jq = _documented(r"^kubectl get todos -A -o json \| jq '([^']+)' > todos\.json$")
        kept = tmp_path / "todos.json"
        kept.write_text(subprocess.run(["jq", jq], input=listed, capture_output=True, text=True, check=True).stdout)
        operator.stop()
        todos.delete(*todos.all())
        assert _documented(r"^(kubectl create -f todos\.json)$")
        cluster.kubectl("create", "-f", str(kept))
        apply = _documented(r"^kubectl (apply --server-side --subresource=status --as=\S+) -f todos\.json$")
        cluster.kubectl(*apply.split(), "-f", str(kept))
        operator.start()
        return len(json.loads(kept.read_text())["items"])

    return run


def test_the_documented_commands_restore_every_stage(
    cluster: LocalCluster, todos: Todos, writes: AuditedWrites, back_up_and_restore: Callable[[], int]
) -> None:
    """Statuses are back to the millisecond, the decision that counted included, and the operator agrees with them."""
    todos.create("built", wait={"duration": "0s"})
    todos.create("approved")
    todos.create("waiting", wait={"duration": "24h"}, depends_on=["approved"])
    todos.create("asked", timeout="72h")
    todos.create("behind", depends_on=["asked"])
    requested = todo_manifest("requested", approval={"approvers": [{"kind": "Group", "name": "sre"}]})
    requested["metadata"]["annotations"] = {CREATED_BY: "developer"}
    cluster.kubectl("create", "--filename=-", "-n", todos.namespace, user="developer", stdin=json.dumps(requested))
    todos.wait("approved", "Active")
    todos.judged(todos.decide(todos.get("approved")))
    for name, phase in {
        "built": "Succeeded",
        "waiting": "Active",
        "asked": "Active",
        "behind": "Pending",
        "requested": "Active",
    }.items():
        todos.wait(name, phase)
    before = {name: todo["status"] for name, todo in todos.all().items()}
    assert before["approved"]["decisions"], "a person's act is part of what is kept"
    assert before["requested"]["requester"] == "developer"

    written = len(writes.settled())
    kept = back_up_and_restore()

    assert [str(write) for write in writes.settled()[written:]] == []
    assert {name: todo["status"] for name, todo in todos.all().items()} == before
    todos.decide(todos.get("asked"))
    todos.wait("asked", "Succeeded")
    todos.wait("behind", "Active")
    assert kept == len(before)


def test_who_restores_it_is_who_created_it_unless_somebody_is_known(
    cluster: LocalCluster, todos: Todos, back_up_and_restore: Callable[[], int]
) -> None:
    """The API server names the admin who restores. A requester that the status keeps stays, and is excluded still; one
    that was unproven becomes that admin, who then cannot approve, and others can.
    """
    for user, name in {"developer": "by-a-person", "pipeline": "by-a-machine"}.items():
        requested = json.dumps(todo_manifest(name, approval={}))
        cluster.kubectl("create", "--filename=-", "-n", todos.namespace, user=user, stdin=requested)
        todos.wait(name, "Active", "AwaitingDecision")
    requesters = {name: todos.status(name)["requester"] for name in todos.all()}
    assert requesters == {"by-a-person": "developer", "by-a-machine": UNPROVEN}

    assert back_up_and_restore() == len(requesters)

    for name in requesters:
        assert todos.get(name)["metadata"]["annotations"] == {CREATED_BY: "admin"}
    todos.wait_until("by-a-machine", lambda status: status["requester"] == "admin", "requested by admin")
    assert todos.status("by-a-person")["requester"] == "developer"
    by_a_machine, by_a_person = todos.get("by-a-machine"), todos.get("by-a-person")
    assert todos.judged(todos.decide(by_a_machine, "Approve", user="admin"))["reason"] == "SelfApproval"
    assert todos.judged(todos.decide(by_a_machine, "Approve"))["reason"] == "Applied"
    assert todos.judged(todos.decide(by_a_person, "Approve", user="admin"))["reason"] == "Applied"
