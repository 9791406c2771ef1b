"""Who created a Todo, where the API server does not say so itself: what is claimed is held to the truth, and stays."""

from pathlib import Path

import pytest

from deploy.local import LocalCluster
from myapp.infrastructure.mapping.metadata import CREATED_BY
from tests.api_server import ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("older-kubernetes"), pytest.mark.timeout(180)]

CANNOT_BE_CHANGED = f'denied request: metadata.annotations["{CREATED_BY}"] cannot be changed: '


def requested(name: str, creator: str = "") -> JsonObject:
    """A Todo that asks for an approval, and says who created it or nothing about it."""
    todo = todo_manifest(name, approval={"approvers": [{"kind": "Group", "name": "sre"}]})
    if creator:
        todo["metadata"]["annotations"] = {CREATED_BY: creator}
    return todo


@pytest.mark.parametrize(
    ("created_as", "claims", "told"),
    [
        ("developer", None, 'it is "developer", found ""'),
        ("developer", "", 'it is "developer", found ""'),
        ("developer", "oncall", 'it is "developer", found "oncall"'),
        ("", "developer", 'it is "", found "developer"'),
        ("", "admin", 'it is "", found "admin"'),
    ],
    ids=["taken away", "emptied", "another named", "named late", "admin named late"],
)
def test_it_stays_what_it_is(
    older_cluster: LocalCluster, older_namespace: str, created_as: str, claims: str | None, told: str
) -> None:
    """Nobody takes their name away and nobody names themselves late: no administrator either."""
    developer, admin = ApiServer(older_cluster.kubeconfig("developer")), ApiServer(older_cluster.kubeconfig("admin"))
    created = developer.create(todos_path(older_namespace), requested("deploy", created_as))
    assert created.body["metadata"].get("annotations", {}).get(CREATED_BY, "") == created_as

    for editor in (developer, admin):
        edit = {"metadata": {"annotations": {CREATED_BY: claims}}}
        answer = editor.patch(f"{todos_path(older_namespace)}/deploy", edit)
        editor.close()

        assert (answer.code, answer.message.partition(CANNOT_BE_CHANGED)[2]) == (403, told)


def test_decisions_count_and_exclude_whom_they_can(
    older_cluster: LocalCluster, older_namespace: str, tmp_path: Path
) -> None:
    """No policy is missing that cannot be there. Who named themselves does not approve; who did not may."""
    admin = ApiServer(older_cluster.kubeconfig("admin"))
    todos = Todos(older_cluster, older_namespace)
    with OperatorProcess(
        older_cluster.kubeconfig("operator"), tmp_path / "operator.log", [older_namespace]
    ) as operator:
        for name, creator in {"named": "oncall", "silent": ""}.items():
            answer = admin.create(
                todos_path(older_namespace),
                requested(name, creator),
                impersonate="oncall",
                groups=["system:masters"],
            )
            assert answer.accepted, answer.message
            todos.wait(name, "Active", "AwaitingDecision")

        reasons = {
            name: todos.judged(todos.decide(todos.get(name), "Approve", groups=["sre"]))["reason"]
            for name in ("named", "silent")
        }

        assert reasons == {"named": "SelfApproval", "silent": "Applied"}
        requesters = {name: todos.status(name)["requester"] for name in ("named", "silent")}
        assert requesters == {"named": "oncall", "silent": "unproven"}
        assert operator.metric("todo_guard_ok") == 1
    todos.close()
    admin.close()
