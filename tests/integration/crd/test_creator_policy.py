"""Who created a Todo is set by the API server, for everybody, and no pipeline drifts for it; with real credentials."""

import json
from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path

pytestmark = pytest.mark.cluster

CREATED_BY = "todo.myapp.dev/created-by"
PIPELINE = "system:serviceaccount:gitops:pipeline"

ApiAs = Callable[[str], ApiServer]


def creator_of(todo: JsonObject) -> str:
    """What the Todo says."""
    return str(todo["metadata"].get("annotations", {}).get(CREATED_BY, ""))


def managers_of(todo: JsonObject) -> list[str]:
    """The field managers that own the annotation."""
    return [
        entry["manager"]
        for entry in todo["metadata"]["managedFields"]
        if f"f:{CREATED_BY}" in entry["fieldsV1"].get("f:metadata", {}).get("f:annotations", {})
    ]


class Git:
    """A manifest of the Todo without the annotation, which several people and pipelines send by kubectl."""

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._manifest = json.dumps(todo_manifest("deploy"))

    def send(self, user: str, *command: str) -> JsonObject:
        """Run a command of kubectl on it; returns the Todo as it is then."""
        done = self._cluster.kubectl(
            *(*command, "--filename=-", "-n", self._namespace, "--output=json", "--show-managed-fields"),
            user=user,
            stdin=self._manifest,
        )
        sent: JsonObject = json.loads(done.stdout)
        return sent

    def drift(self, user: str, *options: str) -> str:
        """What `kubectl diff` finds between it and the cluster; empty where it is the same."""
        command = ("diff", *options, "--filename=-", "-n", self._namespace)
        done = self._cluster.kubectl(*command, user=user, stdin=self._manifest, check=False)
        return f"{done.stdout}{done.stderr}"


@pytest.fixture
def git(cluster: LocalCluster, namespace: str) -> Git:
    """The manifest, for one namespace."""
    return Git(cluster, namespace)


@pytest.mark.parametrize(("user", "name"), [("developer", "developer"), ("admin", "admin"), ("pipeline", PIPELINE)])
@pytest.mark.parametrize("annotations", [None, {}, {"team": "web"}, {CREATED_BY: ""}], ids=str)
def test_whoever_creates_a_todo_is_named(
    api_as: ApiAs, namespace: str, user: str, name: str, annotations: dict[str, str] | None
) -> None:
    """People, administrators and service accounts; other annotations stay."""
    todo = todo_manifest("deploy")
    if annotations is not None:
        todo["metadata"]["annotations"] = annotations

    answer = api_as(user).create(todos_path(namespace), todo)

    assert answer.accepted, answer.message
    assert answer.body["metadata"]["annotations"] == {**(annotations or {}), CREATED_BY: name}


def test_who_is_impersonated_is_named(api: ApiServer, namespace: str) -> None:
    """As in the audit log, the rights are theirs; RBAC decides who may impersonate them."""
    answer = api.create(todos_path(namespace), todo_manifest(), impersonate="developer", groups=["dev"])

    assert creator_of(answer.body) == "developer"


def test_a_dry_run_shows_it_and_stores_nothing(git: Git, cluster: LocalCluster, namespace: str) -> None:
    """As for everything that is defaulted."""
    shown = git.send("developer", "create", "--dry-run=server")

    assert creator_of(shown) == "developer"
    assert cluster.kubectl("get", "todos", "-n", namespace, "-o", "name").stdout == ""


def test_what_is_claimed_is_judged_and_not_mended(api_as: ApiAs, namespace: str) -> None:
    """A forged name is refused by the policy that comes after this one, not replaced by the true one."""
    todo = todo_manifest()
    todo["metadata"]["annotations"] = {CREATED_BY: "oncall"}

    answer = api_as("developer").create(todos_path(namespace), todo)

    assert answer.code == 403
    assert 'is "oncall", but the Todo is created by "developer"' in answer.message


@pytest.mark.parametrize(
    ("apply", "diff"),
    [
        (("apply", "--server-side", "--field-manager=flux"), ("--server-side", "--field-manager=flux")),
        (("apply", "--server-side", "--force-conflicts", "--field-manager=argocd"), ("--server-side",)),
        (("apply",), ()),
    ],
    ids=["server-side", "forced", "client-side"],
)
def test_a_pipeline_that_applies_again_changes_nothing(git: Git, apply: tuple[str, ...], diff: tuple[str, ...]) -> None:
    """It sees no drift, owns no part of the annotation, meets no conflict and writes nothing.

    (The API server itself writes once more where an object is applied server-side for the second time.)
    """
    git.send("pipeline", *apply)
    assert git.drift("pipeline", *diff) == ""
    second, third = git.send("pipeline", *apply), git.send("pipeline", *apply)

    assert creator_of(third) == PIPELINE
    assert managers_of(third) == []
    assert third["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    "command",
    [
        ("apply",),
        ("apply", "--server-side", "--force-conflicts", "--field-manager=flux"),
        ("replace",),
    ],
    ids=" ".join,
)
def test_a_pipeline_takes_over_what_a_person_created(git: Git, command: tuple[str, ...]) -> None:
    """By applying and by replacing: who created it is not forgotten, and Git need not say it."""
    git.send("developer", "create")

    git.send("pipeline", *command)

    assert creator_of(git.send("pipeline", *command)) == "developer"
    assert git.drift("pipeline") == ""


def test_who_has_named_themselves_may_stop_saying_so(cluster: LocalCluster, namespace: str, git: Git) -> None:
    """Server-side apply takes away what its manager owns and no longer says; the name is put back."""
    named = todo_manifest("deploy")
    named["metadata"]["annotations"] = {CREATED_BY: "developer"}
    apply = ("apply", "--server-side", "-n", namespace, "--filename=-")
    cluster.kubectl(*apply, user="developer", stdin=json.dumps(named))

    left = git.send("developer", "apply", "--server-side")

    assert creator_of(left) == "developer"
    assert managers_of(left) == []
