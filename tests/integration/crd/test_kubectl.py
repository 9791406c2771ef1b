"""The custom resources as people meet them: through kubectl."""

import json
import re
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.identities import OPERATOR
from myapp.infrastructure.crd.structural_schema import structural_schema
from myapp.infrastructure.crd.todo_decision_resource import TodoDecision
from myapp.infrastructure.crd.todo_resource import Todo
from tests.api_server import JsonObject
from tests.manifests import API_VERSION, decision_manifest, todo_manifest

pytestmark = pytest.mark.cluster

DEPLOY = """\
apiVersion: todo.myapp.dev/v1alpha1
kind: Todo
metadata:
  name: deploy
spec:
  content: |
    Roll out to production

    Watch the dashboards for ten minutes.
  assignees: [{kind: Group, name: sre}, {kind: User, name: oncall}]
  dueTime: 2030-12-01T18:00:00Z
"""

STATUS = {"phase": "Active", "reason": "AwaitingDecision", "message": "waits for group sre", "attempt": 1}


class Namespaced:
    """kubectl in one namespace, as admin."""

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace

    def __call__(self, *arguments: str, stdin: str | None = None) -> str:
        return self._cluster.kubectl(*arguments, f"--namespace={self._namespace}", stdin=stdin).stdout

    def set_status(self, kind: str, name: str, status: JsonObject) -> None:
        """Write a status, as the operator, who alone may."""
        manifest = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "status": status}
        arguments = ("apply", "--server-side", "--subresource=status", f"--as={OPERATOR.username}", "--filename=-")
        self(*arguments, stdin=json.dumps(manifest))

    def rows(self, *arguments: str) -> list[list[str]]:
        """The cells of a table, the header first and the age left out; empty cells are empty only at a line's end."""
        lines = self("get", *arguments).splitlines()
        return [
            [cell for cell in re.split(r" {2,}", line.rstrip()) if not re.fullmatch(r"\d+s", cell)] for line in lines
        ]


@pytest.fixture
def kubectl(cluster: LocalCluster, namespace: str) -> Namespaced:
    """kubectl in the test's namespace."""
    return Namespaced(cluster, namespace)


@pytest.fixture
def two_todos(kubectl: Namespaced) -> None:
    """One Todo that the operator has seen, and one that it has not."""
    kubectl("create", "--filename=-", stdin=DEPLOY)
    kubectl("create", "--filename=-", stdin=json.dumps(todo_manifest("later")))
    kubectl.set_status("Todo", "deploy", STATUS)


def paths_of_objects(schema: JsonObject, path: str) -> Iterator[str]:
    """The paths that `kubectl explain` can list the fields of."""
    schema = schema.get("items", schema)
    if schema.get("properties"):
        yield path
        for name, field in schema["properties"].items():
            yield from paths_of_objects(field, f"{path}.{name}")


@pytest.mark.parametrize(
    "path",
    [
        *paths_of_objects(structural_schema(Todo), "todos"),
        *paths_of_objects(structural_schema(TodoDecision), "tododecisions"),
    ],
)
def test_explain(cluster: LocalCluster, path: str) -> None:
    """`kubectl explain` has something to say about each field."""
    explained = cluster.kubectl("explain", path).stdout

    assert "FIELDS:" in explained
    assert "<no description>" not in explained
    assert "<empty>" not in explained


def test_explain_recursive(cluster: LocalCluster) -> None:
    """`--recursive` shows the whole tree with what is required, what is chosen from, and the list items."""
    explained = cluster.kubectl("explain", "todos", "--recursive").stdout

    assert "    content\t<string> -required-\n" in explained
    assert "    dependsOn\t<[]Object>\n      name\t<string> -required-\n" in explained
    assert "    enum: Fail, Skip, Succeed\n" in explained


@pytest.mark.usefixtures("two_todos")
def test_columns(kubectl: Namespaced) -> None:
    """`kubectl get` shows where each Todo stands and the first line of what is to be done."""
    header, deploy, later = kubectl.rows("todos")

    assert header == ["NAME", "PHASE", "REASON", "TITLE", "ASSIGNEE", "DUE", "ATTEMPT", "AGE"]
    assert deploy == [
        "deploy",
        "Active",
        "AwaitingDecision",
        "Roll out to production...",
        "sre",
        "2030-12-01T18:00:00Z",
        "1",
    ]
    assert later == ["later", "Check the dashboards"]


@pytest.mark.usefixtures("two_todos")
def test_wide_columns(kubectl: Namespaced) -> None:
    """`-o wide` adds why, as a sentence."""
    header, deploy, _ = kubectl.rows("todos", "--output=wide")

    assert header[-2:] == ["AGE", "MESSAGE"]
    assert deploy[-1] == "waits for group sre"


@pytest.mark.usefixtures("two_todos")
@pytest.mark.parametrize("name", ["todo", "td", "todos.todo.myapp.dev", "todo/deploy"])
def test_names(kubectl: Namespaced, name: str) -> None:
    """Singular, short and full names lead to the same objects."""
    assert "todo.todo.myapp.dev/deploy\n" in kubectl("get", name, "--output=name")


@pytest.mark.usefixtures("two_todos")
def test_category(kubectl: Namespaced) -> None:
    """`kubectl get myapp` shows all kinds of the project."""
    todo = json.loads(kubectl("get", "todo/deploy", "--output=json"))
    kubectl("create", "--filename=-", stdin=json.dumps(decision_manifest(todo, username="admin")))

    names = kubectl("get", "myapp", "--output=name").split()

    assert names == [
        "tododecision.todo.myapp.dev/decision",
        "todo.todo.myapp.dev/deploy",
        "todo.todo.myapp.dev/later",
    ]


@pytest.mark.usefixtures("two_todos")
@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("status.phase=Active", ["todo.todo.myapp.dev/deploy"]),
        ("status.reason=AwaitingDecision", ["todo.todo.myapp.dev/deploy"]),
        ("status.phase!=Active", ["todo.todo.myapp.dev/later"]),
        ("status.phase=Pending", []),
    ],
)
def test_field_selector(kubectl: Namespaced, selector: str, names: list[str]) -> None:
    """The server filters by phase and reason, so that a watch of what is Active stays small."""
    assert kubectl("get", "todos", f"--field-selector={selector}", "--output=name").split() == names


@pytest.mark.usefixtures("two_todos")
def test_decisions(kubectl: Namespaced) -> None:
    """Decisions show who did what, and are found by their target and by their outcome."""
    todo = json.loads(kubectl("get", "todo/deploy", "--output=json"))
    kubectl("create", "--filename=-", stdin=json.dumps(decision_manifest(todo, username="admin", message="done")))
    status = {"outcome": "Counted", "reason": "Completed", "message": "the todo has succeeded"}
    kubectl.set_status("TodoDecision", "decision", status)

    header, row = kubectl.rows("tdd", "--output=wide", "--field-selector=spec.target.name=deploy")

    assert header == ["NAME", "TARGET", "ACTION", "USER", "OUTCOME", "REASON", "AGE", "COMMENT", "MESSAGE"]
    assert row == ["decision", "deploy", "Complete", "admin", "Counted", "Completed", "done", "the todo has succeeded"]
    assert kubectl("get", "tdd", "--field-selector=status.outcome=Refused", "--output=name") == ""


@pytest.mark.parametrize("mode", ["--server-side=false", "--server-side=true"])
def test_apply_is_idempotent(kubectl: Namespaced, mode: str) -> None:
    """Applying the same manifest again writes nothing and shows no difference, whichever side applies."""
    kubectl("apply", mode, "--filename=-", stdin=DEPLOY)
    assert json.loads(kubectl("get", "todo/deploy", "--output=json"))["status"] == {"observedGeneration": -1}
    # The default of status is stored by the first write that follows, whatever it writes: let it be the operator's.
    kubectl.set_status("Todo", "deploy", STATUS)
    before = kubectl("get", "todo/deploy", "--output=json")

    kubectl("apply", mode, "--filename=-", stdin=DEPLOY)

    assert kubectl("get", "todo/deploy", "--output=json") == before
    assert kubectl("diff", mode, "--filename=-", stdin=DEPLOY) == ""


def test_two_owners_of_one_list(kubectl: Namespaced) -> None:
    """Server-side apply merges assignees and tags item by item: two teams keep their own beside each other's."""
    manifest = todo_manifest("shared", tags=["a"], assignees=[{"kind": "Group", "name": "sre"}])
    other = todo_manifest("shared", tags=["b"], assignees=[{"kind": "Group", "name": "dev"}])
    kubectl("apply", "--server-side", "--field-manager=one", "--filename=-", stdin=json.dumps(manifest))
    kubectl("apply", "--server-side", "--field-manager=two", "--filename=-", stdin=json.dumps(other))

    spec = json.loads(kubectl("get", "todo/shared", "--output=json"))["spec"]

    assert (spec["tags"], [assignee["name"] for assignee in spec["assignees"]]) == (["a", "b"], ["sre", "dev"])


@pytest.mark.parametrize(
    ("key", "said"),
    [('"on"', "todo.todo.myapp.dev/after created"), ("on", 'unknown field "spec.dependsOn[0].true"')],
)
def test_on_is_quoted(cluster: LocalCluster, key: str, said: str) -> None:
    """YAML 1.1 takes a bare `on` for true: that is refused by name, not dropped, and the quoted key works."""
    manifest = json.dumps(todo_manifest("after", dependsOn=[{"name": "build", "KEY": ["Failed"]}]))
    created = cluster.kubectl(
        "create", "--dry-run=server", "--filename=-", stdin=manifest.replace('"KEY"', key), check=False
    )

    assert said in created.stdout + created.stderr
