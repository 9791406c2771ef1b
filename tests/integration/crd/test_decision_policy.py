"""Who may decide: the admission policy on TodoDecisions, tried with real credentials against the real API server."""

import json
import time
from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.api_server import Answer, ApiServer, JsonObject
from tests.integration.crd.todo_creator import TodoCreator
from tests.manifests import API_VERSION, decision_manifest, decisions_path, todos_path

pytestmark = pytest.mark.cluster

POLICY = "myapp.myapp-system.decisions.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "

ApiAs = Callable[[str], ApiServer]


@pytest.fixture
def todo(create_todo: TodoCreator) -> JsonObject:
    """The Todo to decide on."""
    return create_todo("deploy")


def decide(api: ApiServer, todo: JsonObject, *, username: str, name: str = "decision", **spec: object) -> Answer:
    """Create a decision on the Todo."""
    manifest = decision_manifest(todo, username=username, name=name, **spec)
    return api.create(decisions_path(todo["metadata"]["namespace"]), manifest)


def grant(
    cluster: LocalCluster, namespace: str, user: str, *, resource_names: list[str], verb: str = "complete"
) -> None:
    """Let a user create decisions in the namespace, with a verb on Todos of these names only."""
    role = f"{user}-{verb}s"
    rules = [
        {"apiGroups": ["todo.myapp.dev"], "resources": ["todos"], "verbs": [verb], "resourceNames": resource_names},
        {"apiGroups": ["todo.myapp.dev"], "resources": ["tododecisions"], "verbs": ["create"]},
    ]
    manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": role, "namespace": namespace},
        "rules": rules,
    }
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(manifest))
    cluster.kubectl("create", "rolebinding", role, f"--role={role}", f"--user={user}", f"--namespace={namespace}")
    asked = ("auth", "can-i", "create", "tododecisions.todo.myapp.dev", f"--as={user}", f"--namespace={namespace}")
    deadline = time.monotonic() + 30
    while cluster.kubectl(*asked, check=False).returncode:  # the authorizer hears of a binding by a watch
        assert time.monotonic() < deadline, f"{user} has not got the role {role}"


def lacks_verb(user: str, name: str, namespace: str) -> str:
    """What a user without the verb is told."""
    return (
        f'user "{user}" may not complete Todo "{name}" in namespace "{namespace}": it takes the verb "complete" on '
        f"todos.todo.myapp.dev (check: kubectl auth can-i complete todos.todo.myapp.dev/{name} -n {namespace}); ask "
        "for the ClusterRole myapp-completer in that namespace, or for a Role with that verb on that name"
    )


def test_who_holds_the_verb_decides(api_as: ApiAs, todo: JsonObject) -> None:
    """A member of group sre completes a Todo, in their own name and that of their groups."""
    answer = decide(api_as("oncall"), todo, username="oncall", user={"username": "oncall", "groups": ["sre"]})

    assert answer.accepted, answer.message


def test_without_the_right_to_create(api_as: ApiAs, todo: JsonObject) -> None:
    """Whoever may only edit Todos does not even get to the policy."""
    answer = decide(api_as("developer"), todo, username="developer")

    assert answer.message.startswith('tododecisions.todo.myapp.dev is forbidden: User "developer" cannot create')


def test_without_the_verb(cluster: LocalCluster, api_as: ApiAs, namespace: str, todo: JsonObject) -> None:
    """The right to create decisions is not enough: the message names the verb, how to check it and how to get it."""
    grant(cluster, namespace, "developer", resource_names=["deploy"], verb="comment")

    answer = decide(api_as("developer"), todo, username="developer")

    assert answer.code == 403
    assert answer.message.endswith(DENIED + lacks_verb("developer", "deploy", namespace))


def test_verb_on_one_name(
    cluster: LocalCluster,
    api_as: ApiAs,
    namespace: str,
    todo: JsonObject,
    create_todo: TodoCreator,
) -> None:
    """A role for one Todo admits decisions on that one and refuses those on another."""
    grant(cluster, namespace, "developer", resource_names=["deploy"])

    on_deploy = decide(api_as("developer"), todo, username="developer")
    on_other = decide(api_as("developer"), create_todo("other"), username="developer", name="on-other")

    assert on_deploy.accepted, on_deploy.message
    assert on_other.message.endswith(DENIED + lacks_verb("developer", "other", namespace))


def test_verb_in_another_namespace(cluster: LocalCluster, api_as: ApiAs, namespace: str, todo: JsonObject) -> None:
    """A role in one namespace says nothing about another, whatever the decision claims."""
    grant(cluster, namespace, "developer", resource_names=["deploy"])
    elsewhere = {**todo, "metadata": {**todo["metadata"], "namespace": "default"}}

    answer = decide(api_as("developer"), elsewhere, username="developer")

    assert answer.code == 403


def test_in_anothers_name(api_as: ApiAs, todo: JsonObject) -> None:
    """Whoever may complete a Todo still cannot say that somebody else did."""
    answer = decide(api_as("oncall"), todo, username="release-lead")

    assert answer.code == 403
    assert answer.message.endswith(
        DENIED + 'spec.user.username is "release-lead", but the decision is sent by "oncall": nobody decides in '
        "another's name (kubectl auth whoami shows yours)"
    )


def test_admin_in_anothers_name(api: ApiServer, todo: JsonObject) -> None:
    """Not even an administrator decides in another's name."""
    answer = decide(api, todo, username="oncall")

    assert 'the decision is sent by "admin"' in answer.message


def test_in_the_name_of_foreign_groups(api_as: ApiAs, todo: JsonObject) -> None:
    """Nobody decides for a group that they are not in."""
    groups = ["sre", "release-managers", "board"]

    answer = decide(api_as("oncall"), todo, username="oncall", user={"username": "oncall", "groups": groups})

    assert answer.code == 403
    assert answer.message.endswith(
        DENIED + 'spec.user.groups names 2 group(s) that user "oncall" is not in, the first is "release-managers" '
        "(kubectl auth whoami shows yours)"
    )


def test_service_account(cluster: LocalCluster, api_as: ApiAs, namespace: str, todo: JsonObject) -> None:
    """A pipeline does not decide, whatever rights it has: a decision in Git would be its decision, not a person's."""
    pipeline = "system:serviceaccount:gitops:pipeline"
    cluster.kubectl(
        "create", "rolebinding", "all", "--clusterrole=cluster-admin", f"--user={pipeline}", f"--namespace={namespace}"
    )

    answer = decide(api_as("pipeline"), todo, username=pipeline)

    assert answer.code == 403
    assert answer.message.endswith(
        DENIED + f'service account "{pipeline}" may not decide: a decision is an act of a person, sent with their own '
        f"credentials and not committed to Git (kubectl todo complete deploy -n {namespace})"
    )


OWNERS: dict[str, tuple[Callable[[JsonObject], list[JsonObject]], str]] = {
    "none": (lambda _: [], "0 entries"),
    "two": (lambda owner: [owner, {**owner, "kind": "ConfigMap", "apiVersion": "v1", "uid": "other"}], "2 entries"),
    "another uid": (lambda owner: [{**owner, "uid": "other"}], "another one"),
    "another name": (lambda owner: [{**owner, "name": "other"}], "another one"),
    "another kind": (lambda owner: [{**owner, "kind": "TodoWorkflow"}], "another one"),
    "another version": (lambda owner: [{**owner, "apiVersion": "todo.myapp.dev/v1"}], "another one"),
    "controller": (lambda owner: [{**owner, "controller": True}], "another one"),
    "blocks deletion": (lambda owner: [{**owner, "blockOwnerDeletion": True}], "another one"),
}


@pytest.mark.parametrize(("owners", "found"), OWNERS.values(), ids=OWNERS.keys())
def test_owner_reference(
    api_as: ApiAs, todo: JsonObject, owners: Callable[[JsonObject], list[JsonObject]], found: str
) -> None:
    """A decision goes with its target, so the target has to be its one owner, and a mere one."""
    manifest = decision_manifest(todo, username="oncall")
    manifest["metadata"]["ownerReferences"] = owners(manifest["metadata"]["ownerReferences"][0])

    answer = api_as("oncall").create(decisions_path(todo["metadata"]["namespace"]), manifest, dry_run=True)

    assert answer.code == 403
    assert answer.message.endswith(
        f"{DENIED}metadata.ownerReferences must hold exactly one entry, the target {{apiVersion: {API_VERSION}, kind: "
        f"Todo, name: deploy, uid: {todo['metadata']['uid']}}} without controller and blockOwnerDeletion; found {found}"
    )


def test_plain_owner_flags(api_as: ApiAs, todo: JsonObject) -> None:
    """Clients that spell out `controller: false` mean the same as those that leave it out."""
    manifest = decision_manifest(todo, username="oncall")
    manifest["metadata"]["ownerReferences"][0] |= {"controller": False, "blockOwnerDeletion": False}

    answer = api_as("oncall").create(decisions_path(todo["metadata"]["namespace"]), manifest, dry_run=True)

    assert answer.accepted, answer.message


def test_impersonation_without_the_right(api_as: ApiAs, todo: JsonObject) -> None:
    """`--as` does not get around the policy for whoever may not impersonate."""
    answer = api_as("developer").create(
        decisions_path(todo["metadata"]["namespace"]),
        decision_manifest(todo, username="oncall"),
        impersonate="oncall",
        groups=["sre"],
    )

    assert 'User "developer" cannot impersonate' in answer.message


@pytest.mark.usefixtures("todo")
def test_whoever_edits_todos_completes_none(api_as: ApiAs, namespace: str) -> None:
    """The right to edit a Todo gives no way to write the status that says it is done."""
    answer = api_as("developer").patch(f"{todos_path(namespace)}/deploy/status", {"status": {"phase": "Succeeded"}})

    assert 'User "developer" cannot patch resource "todos/status"' in answer.message


def test_every_attempt_is_in_the_audit_log(cluster: LocalCluster, api_as: ApiAs, todo: JsonObject) -> None:
    """Who decided what on which Todo stands in the audit log, for refused attempts too."""
    decide(api_as("oncall"), todo, username="admin")
    expected = f"oncall Complete Todo {todo['metadata']['namespace']}/deploy (uid {todo['metadata']['uid']})"

    deadline = time.monotonic() + 10
    while expected not in cluster.audit_log.read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.1)

    with cluster.audit_log.open(encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines if expected in line]
    assert [event["annotations"][f"{POLICY}/decision"] for event in events] == [expected]


def test_expressions_are_well_typed(cluster: LocalCluster) -> None:
    """The API server's own type check has nothing to say about the policy's expressions."""
    policy = json.loads(cluster.kubectl("get", "validatingadmissionpolicy", POLICY, "--output=json").stdout)

    assert policy["status"].get("typeChecking", {}) == {}


VERBS = {
    "Claim": "claim",
    "Release": "claim",
    "Complete": "complete",
    "Approve": "approve",
    "Reject": "approve",
    "Comment": "comment",
    "Skip": "control",
    "Retry": "control",
    "Cancel": "control",
    "Suspend": "control",
    "Resume": "control",
}


@pytest.mark.parametrize("verb", sorted(set(VERBS.values())))
def test_each_verb_admits_its_own_actions_and_no_other(
    cluster: LocalCluster, api_as: ApiAs, namespace: str, todo: JsonObject, verb: str
) -> None:
    """A table of all verbs and all actions; the message names the role to ask for."""
    grant(cluster, namespace, "developer", resource_names=["deploy"], verb=verb)
    api, path = api_as("developer"), decisions_path(namespace)

    answers = {
        action: api.create(path, decision_manifest(todo, username="developer", action=action), dry_run=True)
        for action in VERBS
    }

    assert {action for action, answer in answers.items() if answer.accepted} == {
        action for action, needed in VERBS.items() if needed == verb
    }
    for action, answer in answers.items():
        if not answer.accepted:
            assert f'takes the verb "{VERBS[action]}" on todos.todo.myapp.dev' in answer.message
            assert "ask for the ClusterRole myapp-" in answer.message
