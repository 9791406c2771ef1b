"""`kubectl todo inbox, show, why, create` and what fills forms in, by the real kubectl, with a running operator."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.e2e.plugin.plugin_runner import PROGRAMS, Plugin
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]


@pytest.fixture
def people(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Iterator[tuple[Plugin, Todos]]:
    """The plug-in and the Todos of a namespace in which an operator works."""
    todos = Todos(cluster, namespace)
    with OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace]):
        yield Plugin(cluster, namespace), todos
    todos.close()


def test_from_creation_to_the_last_vote(people: tuple[Plugin, Todos]) -> None:
    """Created from flags, found in the inbox of who may act, explained, voted on, and shown with its history."""
    plugin, todos = people
    create = ("create", "rollout", "--content", "Roll out 2.4", "--approval", "--approver", "group:sre")

    code, out, err = plugin.todo(*create, "--min-approvals", "2", user="developer")
    assert (code, out, err) == (0, "todo.todo.myapp.dev/rollout created\n", "")
    plugin.todo("create", "announce", "--content", "Tell", "--depends-on", "rollout", user="developer")
    todos.wait("rollout", "Active")
    todos.wait("announce", "Pending")

    assert todos.status("rollout")["requester"] == "developer"
    _, why, _ = plugin.todo("why", "announce")
    assert "announce" in why
    assert "rollout" in why
    assert f"kubectl todo approve rollout -n {plugin.namespace}" in why
    _, inbox, _ = plugin.todo("inbox")
    assert [line.split()[1:3] for line in inbox.splitlines()[1:]] == [["rollout", "approve"]]
    assert plugin.todo("inbox", user="developer")[1:] == ("", "Nothing waits for you.\n")

    assert plugin.todo("approve", "rollout", "-m", "fine")[0] == 0
    assert plugin.todo("inbox")[1:] == ("", "Nothing waits for you.\n")
    code, _, err = plugin.todo("approve", "rollout")
    assert code == 1
    assert "voted" in err
    assert plugin.todo("approve", "rollout", user="release-lead")[0] == 0

    todos.wait("rollout", "Succeeded", "Approved")
    _, shown, _ = plugin.todo("show", "rollout")
    assert "Roll out 2.4" in shown
    assert "oncall" in shown
    assert "fine" in shown


def test_a_form_is_checked_before_anything_is_created(people: tuple[Plugin, Todos]) -> None:
    """Wrong values leave no decision behind; right ones become outputs."""
    plugin, todos = people
    plugin.create_todo("ask", manual={"form": {"properties": {"ticket": {"minLength": 3}}, "required": ["ticket"]}})
    todos.wait("ask", "Active")

    missing = plugin.todo("complete", "ask")
    wrong = plugin.todo("complete", "ask", "--value", "ticket=x")
    assert (missing[0], wrong[0]) == (1, 1)
    assert "ticket is missing" in missing[2]
    assert "at least 3 characters" in wrong[2]
    assert plugin.decisions() == []

    assert plugin.todo("complete", "ask", "--value", "ticket=T-1")[0] == 0
    assert todos.wait("ask", "Succeeded")["outputs"] == {"ticket": "T-1"}


def test_create_prints_what_it_would_create(plugin: Plugin) -> None:
    """With --dry-run=client nothing is stored, and the annotation says who asked."""
    code, out, _ = plugin.todo("create", "soak", "--content", "Soak", "--wait", "10m", "--dry-run=client", "-o", "json")

    manifest = json.loads(out)
    assert code == 0
    assert manifest["spec"] == {"content": "Soak", "wait": {"duration": "10m"}}
    assert manifest["metadata"]["annotations"]["todo.myapp.dev/created-by"] == "oncall"
    assert plugin.todo("list", "-o", "name")[1] == ""
    code, _, err = plugin.todo("create", "soak")
    assert code == 1
    assert "exactly one of --content and --from-file" in err


def test_names_are_completed(plugin: Plugin) -> None:
    """kubectl's own completion asks this program."""
    plugin.create_todo("approve-this")
    plugin.create_todo("other")

    done = subprocess.run(
        ["kubectl_complete-todo", "show", "-n", plugin.namespace, "app"],
        executable=PROGRAMS / "kubectl_complete-todo",
        env=plugin.environment("oncall"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    names = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert names == ["approve-this", ":4"]
