"""What the steps of a run become, created as the operator: each once, and never in the place of somebody else's."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.local import LocalCluster
from myapp.application.finished_todo import FinishedTodo
from myapp.application.run_ports import ChildBody, KeptDefinition, NameTaken, NotAllowed, NotValid, RunMade, TodoMade
from myapp.application.run_snapshot import RunSnapshot
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.child_writer import KubeChildWriter
from myapp.infrastructure.kube.definition_revisions import DefinitionRevisions
from myapp.infrastructure.kube.kube_client import KubeClient
from tests.api_server import ApiServer, JsonObject
from tests.manifests import step, todo_manifest, todos_path, workflow_manifest, workflows_path

pytestmark = pytest.mark.cluster

RELEASE_LEAD = "release-lead"
ENFORCED_WITHIN = 30.0


@pytest.fixture
def run(admin: ApiServer, namespace: str) -> JsonObject:
    """A run."""
    answer = admin.create(workflows_path(namespace), workflow_manifest())
    assert answer.accepted, answer.message
    return answer.body


def body_of(run: JsonObject, namespace: str, name: str = "run.build", **changes: object) -> ChildBody:
    """What its step is to become."""
    body = ChildBody(
        key=TodoKey(namespace, name),
        run_name="run",
        run_uid=run["metadata"]["uid"],
        step="build",
        part="build",
        created_by=RELEASE_LEAD,
        spec={"content": "Build"},
    )
    return replace(body, **changes)  # type: ignore[arg-type]


async def test_a_todo_is_made_once(client: KubeClient, admin: ApiServer, namespace: str, run: JsonObject) -> None:
    """Whoever asks again gets the one that is there, as it has become meanwhile."""
    children = KubeChildWriter(client)

    made = await children.create_todo(body_of(run, namespace, ready_at=datetime(2026, 12, 1, 8, 0, 0, 250_000, UTC)))
    again = await children.create_todo(body_of(run, namespace, spec={"content": "Other"}))

    assert isinstance(made, TodoMade)
    assert isinstance(again, TodoMade)
    assert isinstance(made.sight, TodoSnapshot)
    assert isinstance(again.sight, TodoSnapshot)
    assert again.sight.uid == made.sight.uid
    assert again.sight.todo.title == "Build"
    metadata = admin.get(f"{todos_path(namespace)}/run.build").body["metadata"]
    assert metadata["labels"] == {"todo.myapp.dev/workflow": "run", "todo.myapp.dev/step": "build"}
    assert metadata["annotations"] == {
        "todo.myapp.dev/created-by": RELEASE_LEAD,
        "todo.myapp.dev/ready-time": "2026-12-01T08:00:00.250Z",
    }
    assert metadata["ownerReferences"] == [
        {
            "apiVersion": "todo.myapp.dev/v1alpha1",
            "kind": "TodoWorkflow",
            "name": "run",
            "uid": run["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": False,
        }
    ]


async def test_one_that_has_ended_is_found(
    cluster: LocalCluster, client: KubeClient, namespace: str, run: JsonObject
) -> None:
    """As what it came to."""
    children = KubeChildWriter(client)
    await children.create_todo(body_of(run, namespace))
    status = {"status": {"phase": "Succeeded", "reason": "Completed", "observedGeneration": 1}}
    operator = ApiServer(cluster.kubeconfig("operator"))
    ended = operator.patch(f"{todos_path(namespace)}/run.build/status", status)
    operator.close()

    found = await children.create_todo(body_of(run, namespace))

    assert ended.accepted, ended.message
    assert isinstance(found, TodoMade)
    assert isinstance(found.sight, FinishedTodo)


async def test_the_name_of_somebody_else_is_theirs(
    client: KubeClient, admin: ApiServer, namespace: str, run: JsonObject
) -> None:
    """It is told whose it is; one that is on its way out is worth waiting for."""
    held = todo_manifest("run.build")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    assert admin.create(todos_path(namespace), held).accepted
    children = KubeChildWriter(client)

    taken = await children.create_todo(body_of(run, namespace))
    admin.delete(f"{todos_path(namespace)}/run.build")
    leaving = await children.create_todo(body_of(run, namespace))
    admin.patch(f"{todos_path(namespace)}/run.build", {"metadata": {"finalizers": None}})

    assert taken == NameTaken("there is a Todo run.build of somebody else: rename or delete it", passing=False)
    assert leaving == NameTaken("Todo run.build of before is being deleted", passing=True)


async def test_what_an_earlier_run_has_left_is_waited_for(client: KubeClient, namespace: str, run: JsonObject) -> None:
    """A run of the same name that was deleted: the garbage collector comes for what it owned."""
    children = KubeChildWriter(client)
    await children.create_todo(body_of(run, namespace))

    found = await children.create_todo(body_of(run, namespace, run_uid="11111111-2222-3333-4444-555555555555"))

    assert found == NameTaken("Todo run.build of an earlier run of this name is still there", passing=True)


async def test_what_is_no_todo_is_not_made(client: KubeClient, namespace: str, run: JsonObject) -> None:
    """The API server's own words say why."""
    made = await KubeChildWriter(client).create_todo(
        body_of(run, namespace, spec={"content": "Build", "timeout": "3d"})
    )

    assert isinstance(made, NotValid)
    assert "must be a duration above zero" in made.message


async def test_what_is_forbidden_can_be_allowed_later(
    client: KubeClient, admin: ApiServer, namespace: str, run: JsonObject
) -> None:
    """A quota, here, and a namespace that does not exist."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "few"},
        "spec": {"hard": {"count/todos.todo.myapp.dev": "0"}},
    }
    assert admin.create(f"/api/v1/namespaces/{namespace}/resourcequotas", quota).accepted
    give_up = time.monotonic() + ENFORCED_WITHIN
    while admin.create(todos_path(namespace), todo_manifest(), dry_run=True).accepted:
        assert time.monotonic() < give_up, "the API server does not enforce the quota"
        await asyncio.sleep(0.1)  # it learns of a quota by a watch of its own
    children = KubeChildWriter(client)

    beyond = await children.create_todo(body_of(run, namespace))
    nowhere = await children.create_todo(replace(body_of(run, namespace), key=TodoKey("nowhere", "run.build")))

    assert isinstance(beyond, NotAllowed), beyond
    assert "quota" in beyond.message
    assert isinstance(nowhere, NotAllowed)
    assert 'namespaces "nowhere" not found' in nowhere.message


async def test_a_run_within_a_run(client: KubeClient, namespace: str, run: JsonObject) -> None:
    """It says which part it is, and where the templates are kept that its own steps name."""
    spec = {"steps": [step()], "params": {"env": "prod"}}
    body = body_of(run, namespace, "run-tell-1a2b3c4d", part="tell.3", spec=spec, definition_name="run-definition")
    children = KubeChildWriter(client)

    made, again = await children.create_run(body), await children.create_run(body)

    assert isinstance(made, RunMade)
    assert isinstance(made.sight, RunSnapshot)
    entry = made.sight.entry
    assert entry.parent == OwnerRun("run", run["metadata"]["uid"], "tell.3")
    assert (entry.definition_name, entry.created_by, entry.params) == ("run-definition", RELEASE_LEAD, {"env": "prod"})
    assert isinstance(again, RunMade)
    assert again.sight.uid == made.sight.uid


async def test_a_definition_is_kept_once(client: KubeClient, namespace: str, run: JsonObject) -> None:
    """What a run has started with stays, whatever becomes of its template."""
    store, key, uid = DefinitionRevisions(client), TodoKey(namespace, "run-definition"), run["metadata"]["uid"]

    absent = await store.load(key)
    first = await store.keep(key, "run", uid, {"definition": {"steps": [step("build")]}})
    second = await store.keep(key, "run", uid, {"definition": {"steps": [step("other")]}})
    foreign = await store.keep(key, "other", "11111111-2222-3333-4444-555555555555", {})

    assert absent is None
    assert first == second == await store.load(key) == KeptDefinition({"definition": {"steps": [step("build")]}})
    assert isinstance(foreign, NameTaken)


async def test_a_definition_that_is_too_large_is_told(client: KubeClient, namespace: str, run: JsonObject) -> None:
    """By etcd, or by the API server itself: it is not tried for ever without a word."""
    store, uid = DefinitionRevisions(client), run["metadata"]["uid"]

    for size in (1_700_000, 4_000_000):
        kept = await store.keep(TodoKey(namespace, "run-definition"), "run", uid, {"definition": "x" * size})

        assert isinstance(kept, NotAllowed), kept
        assert "cannot be kept" in kept.message
        assert "too large" in kept.message.lower()
