"""C9: who decides what, and what becomes of it: real users, real credentials, the policy and the operator together."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from deploy.local import LocalCluster
from tests.api_server import Answer, ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(180)]

APPROVAL: JsonObject = {"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}}
MANUAL: JsonObject = {"manual": {}}
DENIED, FORBIDDEN = "denied by the policy", "forbidden by RBAC"


@dataclass(frozen=True, slots=True)
class Case:
    """One decision: by whom, what, on what, and what is to become of it (an outcome's reason, or who refused it)."""

    user: str
    action: str
    spec: JsonObject
    expected: str
    before: tuple[tuple[str, str], ...] = ()
    """Decisions of others that come first: (user, action)."""
    changes: JsonObject = field(default_factory=dict)
    """Of the decision's spec."""
    groups: tuple[str, ...] = ("sre",)


CASES = {
    "a member of the group completes": Case("oncall", "Complete", MANUAL, "Applied"),
    "a member of the group approves": Case("oncall", "Approve", APPROVAL, "Applied"),
    "a member of the group rejects": Case("oncall", "Reject", APPROVAL, "Applied"),
    "without the right to create decisions": Case("developer", "Complete", MANUAL, FORBIDDEN, groups=()),
    "without the verb": Case("stranger", "Complete", MANUAL, DENIED, groups=()),
    "complete is not approve": Case("completer", "Approve", APPROVAL, DENIED, groups=()),
    "approve is not complete": Case("approver", "Complete", MANUAL, DENIED, groups=()),
    "approve is not control": Case("approver", "Cancel", MANUAL, DENIED, groups=()),
    "control is not approve": Case("controller", "Approve", APPROVAL, DENIED, groups=()),
    "control skips no approval": Case("controller", "Skip", APPROVAL, "NotForPeople", groups=()),
    "control cancels": Case("controller", "Cancel", APPROVAL, "Applied", groups=()),
    "control retries no approval": Case(
        "controller", "Retry", APPROVAL, "NotForPeople", before=(("release-lead", "Reject"),), groups=()
    ),
    "control retries nothing that has not failed": Case("controller", "Retry", MANUAL, "NotFailed", groups=()),
    "complete is not retry": Case("completer", "Retry", MANUAL, DENIED, groups=()),
    "control retries what has succeeded": Case(
        "controller", "Retry", MANUAL, "NotFailed", before=(("oncall", "Complete"),), groups=()
    ),
    "control retries what was cancelled": Case(
        "controller", "Retry", MANUAL, "NotFailed", before=(("oncall", "Cancel"),), groups=()
    ),
    "the verb on another name": Case("by-name", "Approve", APPROVAL, DENIED, groups=()),
    "the verb, but not among the approvers": Case("approver", "Approve", APPROVAL, "NotAnApprover", groups=()),
    "the verb and no list of approvers": Case("approver", "Approve", {"approval": {}}, "Applied", groups=()),
    "an administrator in another's name": Case(
        "admin", "Complete", MANUAL, DENIED, changes={"user": {"username": "oncall"}}, groups=()
    ),
    "a group that one is not in": Case("oncall", "Approve", APPROVAL, DENIED, groups=("release-managers",)),
    "a pipeline": Case("pipeline", "Complete", MANUAL, FORBIDDEN, groups=()),
    "completing an approval": Case("oncall", "Complete", APPROVAL, "NotForPeople"),
    "approving what is no approval": Case("oncall", "Approve", MANUAL, "NotForPeople"),
    "approving a wait": Case("oncall", "Approve", {"wait": {"duration": "1h"}}, "NotForPeople"),
    "a second vote": Case(
        "oncall", "Approve", {"approval": {"minApprovals": 2}}, "AlreadyVoted", before=(("oncall", "Approve"),)
    ),
    "approving after a rejection": Case(
        "oncall", "Approve", APPROVAL, "TargetFinished", before=(("release-lead", "Reject"),)
    ),
    "rejecting after an approval": Case(
        "release-lead", "Reject", APPROVAL, "TargetFinished", before=(("oncall", "Approve"),)
    ),
    "a todo that has ended": Case(
        "oncall", "Complete", MANUAL, "TargetFinished", before=(("release-lead", "Complete"),)
    ),
    "a suspended todo": Case("oncall", "Approve", {**APPROVAL, "suspend": True}, "TargetSuspended"),
    "claiming what another has claimed": Case(
        "oncall", "Claim", MANUAL, "AlreadyClaimed", before=(("release-lead", "Claim"),)
    ),
    "values that nobody asked for": Case(
        "oncall", "Complete", MANUAL, "InvalidValues", changes={"values": {"ticket": "T-1"}}
    ),
}

#: Users that exist for these tests alone, with what they may do on every Todo of the namespace, or on the named one.
ROLES = {
    "stranger": ("create-only", []),
    "completer": ("myapp-completer", []),
    "approver": ("myapp-approver", []),
    "controller": ("myapp-controller", []),
    "by-name": ("approve-another", ["another"]),
}


@pytest.fixture
def impersonators(cluster: LocalCluster, namespace: str) -> ApiServer:
    """The administrator, who may act as any of ROLES, each with just the rights that the table gives."""
    for user, (role, names) in ROLES.items():
        kind = "ClusterRole" if role.startswith("myapp-") else "Role"
        rules = [{"apiGroups": ["todo.myapp.dev"], "resources": ["tododecisions"], "verbs": ["create"]}]
        if names:
            granted = {"apiGroups": ["todo.myapp.dev"], "resources": ["todos"], "verbs": ["approve"]}
            rules.append({**granted, "resourceNames": names})
        if kind == "Role":
            metadata = {"name": role, "namespace": namespace}
            manifest = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata}
            cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**manifest, "rules": rules}))
        flag = f"--{kind.lower()}={role}"
        cluster.kubectl("create", "rolebinding", user, flag, f"--user={user}", f"--namespace={namespace}")
    return ApiServer(cluster.kubeconfig("admin"))


@pytest.fixture
def clients(cluster: LocalCluster) -> Iterator[dict[str, ApiServer]]:
    """The people and machines that have credentials of their own."""
    with ExitStack() as stack:
        opened = {}
        for user in ("oncall", "release-lead", "developer", "admin", "pipeline"):
            opened[user] = ApiServer(cluster.kubeconfig(user))
            stack.callback(opened[user].close)
        yield opened


def test_c9_the_matrix(todos: Todos, impersonators: ApiServer, clients: dict[str, ApiServer]) -> None:
    """Every case has a Todo of its own; what the policy lets pass is judged by the operator."""
    path = decisions_path(todos.namespace)

    def send(case: Case, todo: JsonObject) -> Answer:
        username = "system:serviceaccount:gitops:pipeline" if case.user == "pipeline" else case.user
        user = {"username": username, "groups": list(case.groups)}
        changes = {"user": user, **case.changes}
        manifest = decision_manifest(todo, username=username, name=todo["metadata"]["name"], action=case.action)
        manifest["spec"] |= changes
        if case.user in ROLES:
            return impersonators.create(path, manifest, impersonate=case.user)
        return clients[case.user].create(path, manifest)

    def become(answer: Answer) -> str:
        if answer.accepted:
            return str(todos.judged(answer.body["metadata"]["name"])["reason"])
        assert answer.code == 403, answer.message
        return DENIED if "ValidatingAdmissionPolicy" in answer.message else FORBIDDEN

    found = {}
    for number, (told, case) in enumerate(CASES.items()):
        todo = todos.create(f"case-{number}", **case.spec)
        todos.wait_until(f"case-{number}", lambda status: status.get("reason") is not None, "seen")
        for user, action in case.before:
            first = todos.decide(todo, action, user=user, groups=["sre"])
            assert todos.judged(first)["outcome"] == "Counted"
        found[told] = become(send(case, todo))

    assert found == {told: case.expected for told, case in CASES.items()}
    impersonators.close()
