"""`kubectl todo inbox, show, why, create` and what fills forms in, by the real kubectl, with a running operator."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.e2e.plugin.plugin_runner import Plugin
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
    assert "approval by 2 of group sre" in shown
    history = [line.split()[1:] for line in shown[shown.index("History:") :].splitlines()[2:7]]
    assert [line[:2] for line in history] == [
        ["developer", "created"],
        ["<none>", "started"],
        ["oncall", "Approve"],
        ["release-lead", "Approve"],
        ["<none>", "Succeeded"],
    ]
    assert history[2][2:] == ["fine"]


def test_what_was_refused_is_shown_with_the_answer(people: tuple[Plugin, Todos]) -> None:
    """A vote by somebody whom the plug-in would have stopped: the operator's answer stands beside it."""
    plugin, todos = people
    plugin.create_todo("rollout", approval={"approvers": [{"kind": "User", "name": "release-lead"}]})
    todos.wait("rollout", "Active")
    assert plugin.todo("approve", "rollout")[2].startswith(
        'error: todo "rollout" cannot be approved: oncall is none of'
    )
    todos.judged(todos.decide(todos.get("rollout"), "Approve", user="oncall", message="me too"))
    assert plugin.todo("comment", "rollout", "-m", "wait for the freeze")[0] == 0

    _, shown, _ = plugin.todo("show", "rollout")

    refused = shown[shown.index("Refused decisions:") :].splitlines()
    assert "oncall   Approve   me too    NotAnApprover   oncall is none of the approvers" in refused[2]
    assert re.search("oncall +Comment +wait for the freeze", shown[: shown.index("Refused decisions:")])


def test_what_ran_out_of_time_is_tried_again(people: tuple[Plugin, Todos]) -> None:
    """Not before it has failed; then it waits for a person anew, and its history tells of both."""
    plugin, todos = people
    plugin.create_todo("check", timeout="1h")
    todos.wait("check", "Active")
    early = plugin.todo("retry", "check")
    assert (early[0], "it has not failed, it is Active (AwaitingDecision)" in early[2]) == (1, True)
    todos.edit("check", timeout="1s")
    todos.wait("check", "Failed", "TimedOut", timeout=60)
    todos.edit("check", timeout="1h")

    code, out, err = plugin.todo("retry", "check", "-m", "the proxy is back")

    assert (code, out, err) == (0, "todo.todo.myapp.dev/check retried\n", "")
    assert todos.wait("check", "Active", "AwaitingDecision")["attempt"] == 2
    assert plugin.todo("complete", "check")[0] == 0
    todos.wait("check", "Succeeded", "Completed")
    history = plugin.todo("show", "check")[1].partition("History:")[2]
    by_oncall = [line.split("oncall", 1)[1].split() for line in history.splitlines() if " oncall " in line]
    assert by_oncall == [["Retry", "the", "proxy", "is", "back"], ["Complete", "<none>"]]


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
    assert "Its form is filled in with --value ticket=..." in missing[2]
    strange = plugin.todo("complete", "ask", "--value", "ticket=T-1", "--value", "size=3")
    twice = plugin.todo("complete", "ask", "--value", "ticket=T-1", "--value", "ticket=T-2")
    assert (strange[0], "size" in strange[2]) == (1, True)
    assert (twice[0], "ticket is given twice" in twice[2]) == (1, True)
    assert plugin.decisions() == []

    assert plugin.todo("complete", "ask", "--value", "ticket=T-1")[0] == 0
    assert todos.wait("ask", "Succeeded")["outputs"] == {"ticket": "T-1"}
