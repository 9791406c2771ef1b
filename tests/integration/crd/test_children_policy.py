"""What a run is made of is the operator's: nobody else creates, claims or edits it; with real credentials."""

from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import API_VERSION, todo_manifest, todos_path, workflow_manifest, workflows_path

pytestmark = pytest.mark.cluster

POLICY = "myapp.myapp-system.children.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "
CREATED_BY = "todo.myapp.dev/created-by"
LABELS = {"todo.myapp.dev/workflow": "run", "todo.myapp.dev/step": "build"}

ApiAs = Callable[[str], ApiServer]


def of_run(manifest: JsonObject, run: JsonObject, **reference: object) -> JsonObject:
    """The object as a part of the run."""
    owner = {"apiVersion": API_VERSION, "kind": "TodoWorkflow", "name": "run", "uid": run["metadata"]["uid"]}
    manifest["metadata"] |= {"labels": LABELS, "ownerReferences": [{**owner, "controller": True, **reference}]}
    return manifest


@pytest.fixture
def run(api: ApiServer, namespace: str) -> JsonObject:
    """A run."""
    answer = api.create(workflows_path(namespace), workflow_manifest())
    assert answer.accepted, answer.message
    return answer.body


@pytest.fixture
def child(operator_api: ApiServer, run: JsonObject, namespace: str) -> str:
    """The path of one of its Todos, which the operator has created."""
    answer = operator_api.create(todos_path(namespace), of_run(todo_manifest("run.build"), run))
    assert answer.accepted, answer.message
    return f"{todos_path(namespace)}/run.build"


@pytest.mark.parametrize("user", ["admin", "developer", "pipeline"])
def test_nobody_else_creates_a_part_of_a_run(api_as: ApiAs, namespace: str, run: JsonObject, user: str) -> None:
    """Neither a Todo nor a run, not even who may do anything; a mere owner reference, for deletion, is no claim."""
    name = "system:serviceaccount:gitops:pipeline" if user == "pipeline" else user
    todo = api_as(user).create(todos_path(namespace), of_run(todo_manifest("run.build"), run))
    inner = api_as(user).create(workflows_path(namespace), of_run(workflow_manifest("inner"), run))
    deleted_with_it = api_as(user).create(todos_path(namespace), of_run(todo_manifest("beside"), run, controller=False))

    for answer, kind, part in ((todo, "Todo", "run.build"), (inner, "TodoWorkflow", "inner")):
        assert answer.code == 403
        assert answer.message.endswith(
            f'{DENIED}user "{name}" may not make {kind} "{part}" a part of TodoWorkflow "run": the operator alone '
            "creates what a run is made of; leave the owner reference out"
        )
    assert deleted_with_it.accepted, deleted_with_it.message


def test_nobody_makes_a_todo_of_theirs_a_part(api: ApiServer, namespace: str, run: JsonObject) -> None:
    """By an edit, which would let its end pass for that of a step."""
    assert api.create(todos_path(namespace), todo_manifest("run.build")).accepted
    owners = of_run(todo_manifest(), run)["metadata"]["ownerReferences"]

    answer = api.patch(f"{todos_path(namespace)}/run.build", {"metadata": {"ownerReferences": owners}})

    assert 'may not make Todo "run.build" a part of TodoWorkflow "run"' in answer.message


@pytest.mark.parametrize("edit", [{"priority": 3}, {"suspend": True}, {"content": "Other"}], ids=str)
def test_nobody_edits_a_part(api: ApiServer, child: str, edit: JsonObject) -> None:
    """Not even what may be edited of other Todos; the message says what to do instead."""
    answer = api.patch(child, {"spec": edit})

    assert answer.code == 403
    assert answer.message.endswith(
        f'{DENIED}user "admin" may not change the spec of Todo "run.build", which is a part of TodoWorkflow "run": '
        "people decide instead (kubectl todo), on it or on the run"
    )


@pytest.mark.parametrize("label", LABELS)
def test_nobody_says_that_it_is_another_part(api: ApiServer, child: str, label: str) -> None:
    """Labels and annotations tell which step it is; others may be set."""
    relabelled = api.patch(child, {"metadata": {"labels": {label: "other"}}})
    removed = api.patch(child, {"metadata": {"labels": {label: None}}})
    notes = {"todo.myapp.dev/part": "deploy", "todo.myapp.dev/ready-time": "2020-01-01T00:00:00Z"}
    annotated = [api.patch(child, {"metadata": {"annotations": {name: note}}}) for name, note in notes.items()]
    other = api.patch(child, {"metadata": {"labels": {"team": "shop"}}})

    for answer in (relabelled, removed, *annotated):
        assert 'may not change the labels and annotations of todo.myapp.dev on Todo "run.build"' in answer.message
    assert other.accepted, other.message


def test_what_cleans_up_is_never_in_the_way(api: ApiServer, operator_api: ApiServer, child: str) -> None:
    """Finalizers, orphaning and deletion; the operator's status goes in."""
    held = api.patch(child, {"metadata": {"finalizers": ["example.com/hold"]}})
    status = operator_api.patch(f"{child}/status", {"status": {"phase": "Active"}})
    released = api.patch(child, {"metadata": {"finalizers": None}})
    orphaned = api.patch(child, {"metadata": {"ownerReferences": None}})
    deleted = api.delete(child)

    assert [answer.accepted for answer in (held, status, released, orphaned, deleted)] == [True] * 5


def test_the_garbage_collector_is_not_in_its_way(
    cluster: LocalCluster, operator_api: ApiServer, child: str, namespace: str
) -> None:
    """A Todo that outlives its run loses its owner reference, which is an update by the collector's account."""
    cluster.kubectl(
        *("patch", "todo/run.build", "-n", namespace, "--type=merge", '--patch={"metadata":{"ownerReferences":null}}'),
        "--as=system:serviceaccount:kube-system:generic-garbage-collector",
    )

    assert "ownerReferences" not in operator_api.get(child).body["metadata"]


def test_a_part_carries_the_name_of_who_started_the_run(
    operator_api: ApiServer, api_as: ApiAs, namespace: str, run: JsonObject
) -> None:
    """The operator alone may name others, so that nobody approves what they have asked for."""
    todo = of_run(todo_manifest("run.ask"), run)
    todo["metadata"]["annotations"] = {CREATED_BY: "release-lead"}
    forged = todo_manifest("forged")
    forged["metadata"]["annotations"] = {CREATED_BY: "release-lead"}

    made = operator_api.create(todos_path(namespace), todo)
    refused = api_as("developer").create(todos_path(namespace), forged)

    assert made.body["metadata"]["annotations"][CREATED_BY] == "release-lead"
    assert 'but the Todo is created by "developer": leave it out, or name yourself' in refused.message


@pytest.mark.parametrize(("user", "name"), [("developer", "developer"), ("admin", "admin")])
def test_who_starts_a_run_is_named(api_as: ApiAs, namespace: str, user: str, name: str) -> None:
    """By the API server, as for a Todo; a forged name is refused, and none changes later."""
    forged = workflow_manifest("forged")
    forged["metadata"]["annotations"] = {CREATED_BY: "release-lead"}

    made = api_as(user).create(workflows_path(namespace), workflow_manifest("own"))
    refused = api_as(user).create(workflows_path(namespace), forged)
    renamed = api_as(user).patch(
        f"{workflows_path(namespace)}/own", {"metadata": {"annotations": {CREATED_BY: "release-lead"}}}
    )

    assert made.body["metadata"]["annotations"][CREATED_BY] == name
    assert f'but the TodoWorkflow is created by "{name}"' in refused.message
    assert "cannot be changed" in renamed.message
