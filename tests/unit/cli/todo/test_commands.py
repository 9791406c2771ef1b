"""inbox, show, why, create and what completes them: output and exit codes, over a cluster of plain values."""

import json

import pytest
import yaml

from myapp.cli.todo.cluster import Change, DecisionRecord
from myapp.cli.todo.complete import main as complete
from myapp.cli.todo.main import main
from myapp.cli.todo.todo_view import TodoView
from tests.unit.cli.todo.fake_cluster import FakeCluster, active_todo, todo

Captured = pytest.CaptureFixture[str]
INTERRUPTED = 130


def waiting(name: str, **spec: object) -> TodoView:
    """A Todo that waits for a person."""
    return todo(name, spec=dict(spec), phase="Active", reason="AwaitingDecision")


@pytest.mark.parametrize("arguments", [["-o", "json"], ["-o=json"], ["--output=json"]])
def test_inbox_prints_objects_for_programs(arguments: list[str], capsys: Captured) -> None:
    """The chosen Todos as a list, however kubectl lets a flag be written."""
    assert main(["inbox", *arguments], FakeCluster([active_todo(), todo("other")])) == 0

    assert [item["metadata"]["name"] for item in json.loads(capsys.readouterr().out)["items"]] == ["approve"]


def test_inbox_in_all_its_formats(capsys: Captured) -> None:
    """name and yaml as kubectl prints them; wide says more than the table; no headings if none are wanted."""
    cluster = FakeCluster([active_todo()])

    main(["inbox", "-o", "name"], cluster)
    assert capsys.readouterr().out == "todo.todo.myapp.dev/approve\n"
    main(["inbox", "-o", "yaml"], cluster)
    assert yaml.safe_load(capsys.readouterr().out)["kind"] == "List"
    main(["inbox", "-o", "wide"], cluster)
    assert capsys.readouterr().out.splitlines()[0].endswith("ASSIGNEES   CLAIMED BY   MESSAGE")
    main(["inbox", "--no-headers=true"], cluster)
    assert capsys.readouterr().out.startswith("shop   approve   complete ")


def test_watch_prints_what_is_new_or_has_changed(capsys: Captured) -> None:
    """Once each, with one line of headings; what is gone is not in the way; an interruption ends it with 130."""
    first, late = waiting("first"), waiting("late")
    changed = waiting("late", content="Do late, and soon")
    events = [Change(late, gone=False), None, None, Change(changed, gone=False), Change(first, gone=True), None]

    code = main(["inbox", "--watch"], FakeCluster([first], events=events))

    lines = capsys.readouterr().out.splitlines()
    assert code == INTERRUPTED
    assert [line.split()[1] for line in lines] == ["NAME", "first", "late", "late"]
    assert "Do late, and soon" in lines[-1]


def test_watch_is_for_people(capsys: Captured) -> None:
    """A program reads objects once, and where not all may be listed, one namespace has to be named."""
    assert main(["inbox", "--watch", "-o", "json"], FakeCluster([])) == 1
    assert "--watch shows a table: found -o json" in capsys.readouterr().err

    limited = FakeCluster([active_todo()], may_list_all=False, verbs=frozenset({"complete", "list"}))
    assert main(["inbox"], limited) == 0
    out, err = capsys.readouterr()
    assert "approve" in out
    assert err == "Todos of all namespaces cannot be listed; looked at: shop\n"


def test_show_tells_the_history_in_its_order(capsys: Captured) -> None:
    """Created, started, who decided what and when, ended; and apart from it what was refused or waits."""
    vote = {"uid": "1", "action": "Approve", "username": "oncall", "time": "2026-12-01T09:30:00Z", "message": "fine"}
    ended = todo(
        "rollout",
        spec={"approval": {"minApprovals": 1}},
        phase="Succeeded",
        reason="Approved",
        message="approved by oncall",
        startTime="2026-12-01T09:00:00Z",
        completionTime="2026-12-01T09:30:01Z",
        requester="developer",
        decisions=[vote],
    )
    refused = DecisionRecord("bob", "Approve", "2026-12-01T09:10:00Z", "", "Refused", "NotAnApprover", "bob is none")
    silent = DecisionRecord("eve", "Comment", "2026-12-01T09:40:00Z", "hm", "", "", "")

    assert main(["show", "rollout"], FakeCluster([ended], records=[refused, silent])) == 0

    out = capsys.readouterr().out
    section = [line.split() for line in out[out.index("History:") :].splitlines()[1:6]]
    assert [line[:3] for line in section] == [
        ["WHEN", "WHO", "WHAT"],
        ["2026-12-01T08:00:00Z", "developer", "created"],
        ["2026-12-01T09:00:00Z", "<none>", "started"],
        ["2026-12-01T09:30:00Z", "oncall", "Approve"],
        ["2026-12-01T09:30:01Z", "<none>", "Succeeded"],
    ]
    waits, answered = out.index("Not judged yet:"), out.index("Refused decisions:")
    assert "eve" in out[waits:answered]
    assert "NotAnApprover   bob is none" in out[answered:]


@pytest.mark.parametrize(("output", "words"), [("wide", "(age "), ("json", '"cause": "person"'), ("name", "todo/")])
def test_why_has_formats_too(output: str, words: str, capsys: Captured) -> None:
    """For people who want more, and for programs."""
    asked = "todo.todo.myapp.dev/approve\n" if output == "name" else words

    assert main(["why", "approve", "-o", output], FakeCluster([active_todo()])) == 0
    assert asked in capsys.readouterr().out


def test_create_dry_run_asks_no_cluster_and_names_nobody(capsys: Captured) -> None:
    """What is printed is for Git: the pipeline that applies it is another person."""
    flags = ["--content", "Soak", "--wait", "10m", "--start", "2026-12-01T08:00:00Z", "--suspend"]

    assert main(["create", "soak", *flags, "--dry-run=client", "-o", "yaml", "-n", "shop"]) == 0

    assert yaml.safe_load(capsys.readouterr().out) == {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "Todo",
        "metadata": {"name": "soak", "namespace": "shop"},
        "spec": {
            "content": "Soak",
            "startTime": "2026-12-01T08:00:00Z",
            "suspend": True,
            "wait": {"duration": "10m"},
        },
    }


def test_create_names_who_creates_and_who_may_not(capsys: Captured) -> None:
    """The annotation is the API server's view of the person; without the verb nothing is sent."""
    cluster = FakeCluster([])
    assert main(["create", "check", "--content", "Look", "--assignee", "group:sre"], cluster) == 0
    assert cluster.created[0]["metadata"]["annotations"] == {"todo.myapp.dev/created-by": "oncall"}

    forbidden = FakeCluster([], may_decide=False)
    assert main(["create", "check", "--content", "Look"], forbidden) == 1
    assert 'user "oncall" may not create todos here: the verb "create"' in capsys.readouterr().err
    assert forbidden.created == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param(["ap"], ["approve"], id="command"),
        pytest.param(["complete", ""], ["manual"], id="what-it-fits"),
        pytest.param(["comment", "vo"], ["vote"], id="unfinished"),
        pytest.param(["show", ""], ["manual", "vote"], id="all"),
        pytest.param(["list", "--namespace=s"], ["--namespace=shop"], id="namespace"),
        pytest.param(["list", "--context", ""], ["contexts-of-the-kubeconfig"], id="context"),
        pytest.param(["complete", "manual", "--value", "t"], ["ticket="], id="form"),
        pytest.param(["list", "-o", ""], ["table", "wide", "json", "yaml", "name"], id="format"),
    ],
)
def test_completion_offers(typed: list[str], offered: list[str], capsys: Captured) -> None:
    """Commands, names of Todos that the command fits, and values of flags."""
    form = {"form": {"properties": {"ticket": {"title": "Ticket"}}}}
    cluster = FakeCluster([waiting("manual", manual=form), waiting("vote", approval={"minApprovals": 1})])

    complete(typed, cluster)

    *lines, directive = capsys.readouterr().out.splitlines()
    assert ([line.partition("\t")[0] for line in lines], directive) == (offered, ":4")
