"""A forged decision by every way in which kubectl sends one: each is refused in a sentence that the person sees."""

import json
from collections.abc import Callable

import pytest

from tests.api_server import JsonObject
from tests.e2e.operator.kubectl_user import KubectlUser
from tests.manifests import decision_manifest
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(180)]

AsUser = Callable[[str], KubectlUser]

IN_ANOTHERS_NAME = (
    'spec.user.username is "oncall", but the decision is sent by "{}": '
    "nobody decides in another's name (kubectl auth whoami shows yours)"
)
WAYS = {
    "create": ("create",),
    "apply": ("apply",),
    "server-side apply": ("apply", "--server-side"),
    "forced, in the operator's name": ("apply", "--server-side", "--force-conflicts", "--field-manager=myapp"),
}


@pytest.fixture
def gate(todos: Todos) -> JsonObject:
    """An approval that is open; nothing that is forged may move it."""
    todo = todos.create("gate", approval={"approvers": [{"kind": "Group", "name": "sre"}]})
    todos.wait("gate", "Active", "AwaitingDecision")
    return todo


def yes(gate: JsonObject, username: str = "oncall", **user: object) -> str:
    """An approval of it, as a file."""
    manifest = decision_manifest(gate, username=username, name="yes", action="Approve")
    manifest["spec"]["user"] |= user
    return json.dumps(manifest)


def still_shut(todos: Todos) -> None:
    """Nothing was stored, the gate is as it was, and an honest decision counts."""
    status = todos.status("gate")
    assert (status["phase"], "decisions" in status) == ("Active", False)
    honest = todos.judged(todos.decide(todos.get("gate"), "Comment"))
    assert honest["outcome"] == "Counted"
    assert [made["action"] for made in todos.status("gate")["decisions"]] == ["Comment"]


@pytest.mark.parametrize(
    ("sender", "way"),
    [*(("admin", way) for way in WAYS), ("release-lead", "create")],
)
def test_in_anothers_name(as_user: AsUser, todos: Todos, gate: JsonObject, sender: str, way: str) -> None:
    """By an administrator, and by somebody who might approve in their own name (who may create, not apply)."""
    refused = as_user(sender).run(*WAYS[way], "-f", "-", stdin=yes(gate), check=False)

    assert refused.returncode == 1
    assert IN_ANOTHERS_NAME.format(sender) in refused.stderr
    still_shut(todos)


def test_in_the_name_of_a_group(as_user: AsUser, todos: Todos, gate: JsonObject) -> None:
    """The name is true, the group is not."""
    forged = yes(gate, groups=["release-managers"])
    refused = as_user("oncall").run("create", "-f", "-", stdin=forged, check=False)

    assert 'user "oncall" is not in, the first is "release-managers"' in refused.stderr
    still_shut(todos)


def test_by_impersonation_without_the_right(as_user: AsUser, todos: Todos, gate: JsonObject) -> None:
    """RBAC says who may act as whom."""
    as_oncall = ("create", "--as=oncall", "--as-group=sre", "--validate=false", "-f", "-")
    refused = as_user("developer").run(*as_oncall, stdin=yes(gate), check=False)

    assert 'User "developer" cannot impersonate' in refused.stderr, refused.stderr
    still_shut(todos)


def test_out_of_one_that_was_honest(as_user: AsUser, todos: Todos, gate: JsonObject) -> None:
    """A comment cannot be made a yes, by its author or by an administrator, nor taken back by who made it."""
    comment = todos.decide(gate, "Comment")
    todos.judged(comment)
    stored = todos.decision(comment)
    stored["spec"]["action"] = "Approve"
    for field in ("managedFields", "resourceVersion"):
        stored["metadata"].pop(field)

    for way in (("replace",), ("apply", "--server-side", "--force-conflicts")):
        refused = as_user("admin").run(*way, "-f", "-", stdin=json.dumps(stored), check=False)
        assert "a decision is never changed: create a new TodoDecision instead" in refused.stderr, way
    deleted = as_user("oncall").run("delete", "tododecision", comment, check=False)

    assert 'User "oncall" cannot delete resource "tododecisions"' in deleted.stderr
    assert todos.decision(comment)["spec"]["action"] == "Comment"
    assert todos.status("gate")["phase"] == "Active"
