"""Back up and restore as docs/operations.md says: what had ended stays ended, what waited goes on."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local import LocalCluster
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


def test_the_documented_commands_restore_every_stage(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, writes: AuditedWrites, tmp_path: Path
) -> None:
    """Statuses are back to the millisecond, the decision that counted included, and the operator agrees with them."""
    if shutil.which("jq") is None:
        pytest.skip("the documented commands use jq, which is not on PATH")
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

    listed = cluster.kubectl("get", "todos", "-n", todos.namespace, "-o", "json").stdout
    jq = _documented(r"^kubectl get todos -A -o json \| jq '([^']+)' > todos\.json$")
    kept = tmp_path / "todos.json"
    kept.write_text(subprocess.run(["jq", jq], input=listed, capture_output=True, text=True, check=True).stdout)
    operator.stop()
    todos.delete(*before)
    written = len(writes.settled())

    assert _documented(r"^(kubectl create -f todos\.json)$")
    cluster.kubectl("create", "-f", str(kept))
    apply = _documented(r"^kubectl (apply --server-side --subresource=status --as=\S+) -f todos\.json$")
    cluster.kubectl(*apply.split(), "-f", str(kept))
    operator.start()

    assert [str(write) for write in writes.settled()[written:]] == []
    assert {name: todo["status"] for name, todo in todos.all().items()} == before
    todos.decide(todos.get("asked"))
    todos.wait("asked", "Succeeded")
    todos.wait("behind", "Active")
    assert len(json.loads(kept.read_text())["items"]) == len(before)
