"""Who created a Todo: the policy on the annotation todo.myapp.dev/created-by, with real credentials."""

import json
from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.api_server import Answer, ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path

pytestmark = pytest.mark.cluster

CREATED_BY = "todo.myapp.dev/created-by"
POLICY = "myapp.myapp-system.created-by.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "
PIPELINE = "system:serviceaccount:gitops:pipeline"

ApiAs = Callable[[str], ApiServer]


def claimed(creator: str | None, name: str = "deploy") -> JsonObject:
    """A Todo that says who created it, or nothing about it."""
    todo = todo_manifest(name)
    if creator is not None:
        todo["metadata"]["annotations"] = {CREATED_BY: creator}
    return todo


def creator_of(todo: JsonObject) -> str:
    """What the Todo says."""
    return str(todo["metadata"].get("annotations", {}).get(CREATED_BY, ""))


def refused(creator: str, user: str) -> str:
    """What is told to the user who claims to be that creator."""
    return (
        f'{DENIED}metadata.annotations["{CREATED_BY}"] is "{creator}", but the Todo is created by "{user}": leave it '
        "out, or name yourself"
    )


def changed(api: ApiServer, namespace: str, creator: str | None) -> Answer:
    """Try to have the annotation say something else, or nothing."""
    return api.patch(f"{todos_path(namespace)}/deploy", {"metadata": {"annotations": {CREATED_BY: creator}}})


@pytest.mark.parametrize("user", ["developer", "pipeline", "admin"])
def test_nobody_names_another(api_as: ApiAs, namespace: str, user: str) -> None:
    """No person, pipeline or administrator: what is in Git would name who wrote it, not who applies it."""
    answer = api_as(user).create(todos_path(namespace), claimed("oncall"))

    assert answer.code == 403
    assert answer.message.endswith(refused("oncall", PIPELINE if user == "pipeline" else user))


@pytest.mark.parametrize(("user", "name"), [("developer", "developer"), ("pipeline", PIPELINE)])
def test_everybody_may_name_themselves(api_as: ApiAs, namespace: str, user: str, name: str) -> None:
    """As kubectl todo create does; a machine too."""
    answer = api_as(user).create(todos_path(namespace), claimed(name))

    assert answer.accepted, answer.message
    assert creator_of(answer.body) == name


def test_an_impersonator_is_who_they_impersonate(api: ApiServer, namespace: str) -> None:
    """RBAC decides who may impersonate whom; under one's own name one is refused, as under another's."""

    def create(todo: JsonObject) -> Answer:
        return api.create(todos_path(namespace), todo, impersonate="developer", groups=["dev"])

    assert create(claimed("developer")).accepted
    answer = create(claimed("admin", "other"))
    assert answer.message.endswith(refused("admin", "developer"))


@pytest.mark.parametrize("user", ["developer", "admin"])
def test_it_stays_what_it_is(api_as: ApiAs, namespace: str, user: str) -> None:
    """Not another name, by an administrator neither."""
    assert api_as("developer").create(todos_path(namespace), claimed("developer")).accepted

    answer = changed(api_as(user), namespace, "oncall")

    assert answer.code == 403
    told = f'{DENIED}metadata.annotations["{CREATED_BY}"] cannot be changed: '
    assert answer.message.endswith(f'{told}it is "developer", found "oncall"')


@pytest.mark.parametrize("nothing", ["", None])
@pytest.mark.parametrize("user", ["developer", "admin"])
def test_it_cannot_be_taken_away(api_as: ApiAs, namespace: str, user: str, nothing: str | None) -> None:
    """It is put back, where the API server has MutatingAdmissionPolicies."""
    assert api_as("developer").create(todos_path(namespace), claimed("developer")).accepted

    answer = changed(api_as(user), namespace, nothing)

    assert answer.accepted, answer.message
    assert creator_of(answer.body) == "developer"


def test_edits_of_everything_else_go_on(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> None:
    """By others as well: a change of the spec, other annotations, a deletion."""
    assert api_as("developer").create(todos_path(namespace), claimed("developer")).accepted
    path = f"{todos_path(namespace)}/deploy"

    edits: list[JsonObject] = [{"spec": {"priority": 7}}, {"metadata": {"annotations": {"team": "web"}}}]
    for edit in edits:
        answer = api_as("pipeline").patch(path, edit)
        assert answer.accepted, answer.message
    cluster.kubectl("delete", "todo/deploy", "-n", namespace, "--wait=true", "--timeout=30s")


def test_the_garbage_collector_is_not_in_its_way(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> None:
    """A Todo that outlives its owner loses its owner reference, which is an update by the collector's account."""
    owner = json.loads(cluster.kubectl("create", "configmap", "owner", "-n", namespace, "-o", "json").stdout)
    todo = claimed("developer")
    todo["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
    ]
    assert api_as("developer").create(todos_path(namespace), todo).accepted

    orphaned = cluster.kubectl(
        *("patch", "todo/deploy", "-n", namespace, "--type=merge", '--patch={"metadata":{"ownerReferences":null}}'),
        *("-o", "json", "--as=system:serviceaccount:kube-system:generic-garbage-collector"),
    )

    left = json.loads(orphaned.stdout)
    assert "ownerReferences" not in left["metadata"]
    assert creator_of(left) == "developer"
