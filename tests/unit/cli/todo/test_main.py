"""The command line itself: output, exit codes and errors in kubectl's style."""

import re
from datetime import UTC, datetime

import pytest

from myapp.cli.todo.commands.list_todos import todo_table
from myapp.cli.todo.main import main
from tests.unit.cli.todo.fake_cluster import FakeCluster, active_todo, todo

Captured = pytest.CaptureFixture[str]


def test_complete_prints_one_line_as_kubectl_does(capsys: Captured) -> None:
    """A decision that counts prints resource/name and the verb's past form, and ends with 0."""
    cluster = FakeCluster([active_todo()], answers=[("Counted", "Applied", "")])

    code = main(["complete", "todo/approve", "-m", "fine"], cluster)

    assert (code, *capsys.readouterr()) == (0, "todo.todo.myapp.dev/approve completed\n", "")


def test_refusal_goes_to_stderr_with_exit_code_1(capsys: Captured) -> None:
    """Nothing is printed on stdout when nothing was done."""
    code = main(["complete", "approve"], FakeCluster([todo(phase="Failed", reason="TimedOut")]))

    assert (code, *capsys.readouterr()) == (1, "", 'error: todo "approve" has ended already: Failed (TimedOut)\n')


def test_unanswered_decision_ends_with_0(capsys: Captured) -> None:
    """The operator being down is no failure of the person: the decision is named on stdout, the rest on stderr."""
    code = main(["complete", "approve", "--timeout", "0"], FakeCluster([active_todo()]))

    out, err = capsys.readouterr()
    assert (code, out) == (0, "tododecision.todo.myapp.dev/approve-complete-x7k2p created\n")
    assert "will be judged when the operator runs" in err


def test_output_format_of_a_decision_is_left_to_kubectl(capsys: Captured) -> None:
    """With -o the decision is printed by kubectl and by nobody else."""
    cluster = FakeCluster([active_todo()], answers=[("Counted", "Applied", "")])

    assert main(["complete", "approve", "-o", "yaml"], cluster) == 0

    assert (cluster.printed, capsys.readouterr().out) == (["approve-complete-x7k2p yaml"], "")


def test_errors_of_kubectl_are_passed_on_unchanged(capsys: Captured) -> None:
    """`Error from server (...)` gets no second `error:` in front."""
    code = main(["complete", "nobody"], FakeCluster([]))

    assert (code, capsys.readouterr().err) == (
        1,
        'Error from server (NotFound): todos.todo.myapp.dev "nobody" not found\n',
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["finish"], "error: no such command 'finish'", id="command"),
        pytest.param(["complete"], "error: missing argument 'NAME'", id="name"),
        pytest.param(["comment", "x"], "error: missing option '-m' / '--message'", id="no-words"),
        pytest.param(["comment", "x", "-m", " "], "error: missing option '-m' / '--message'", id="blank-words"),
        pytest.param(["complete", "pod/x"], "found 'pod/x', allowed is NAME or todo/NAME", id="kind"),
        pytest.param(["complete", "x", "--timeout", "3"], "allowed is a duration such as 90s", id="duration"),
        pytest.param(["list", "-o", "xml"], "'xml' is not one of 'table', 'wide', 'json', 'yaml', 'name'", id="format"),
    ],
)
def test_misuse_is_told_with_what_is_allowed(arguments: list[str], words: str, capsys: Captured) -> None:
    """A wrong word on the command line ends with 1 and says where to read more."""
    code = main(arguments, FakeCluster([]))

    err = capsys.readouterr().err
    assert code == 1
    assert words in err
    assert "--help' for usage." in err


@pytest.mark.parametrize("output", ["json", "yaml", "name"])
def test_list_leaves_formats_of_kubectl_to_kubectl(output: str) -> None:
    """What kubectl can print, kubectl prints."""
    cluster = FakeCluster([todo()])

    assert main(["list", "-A", "-o", output], cluster) == 0
    assert len(cluster.printed) == 1
    assert cluster.printed[0].endswith(output)


def test_empty_list_is_told_by_kubectl() -> None:
    """kubectl knows the namespace of the context, so it says that nothing was found there."""
    cluster = FakeCluster([])

    assert main(["list"], cluster) == 0
    assert len(cluster.printed) == 1


def test_list_prints_no_colours_where_nobody_looks(capsys: Captured) -> None:
    """A pipe gets plain text with kubectl's columns."""
    main(["list"], FakeCluster([active_todo()]))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "NAME      PHASE    REASON             TITLE        ASSIGNEES   DUE      AGE"
    assert lines[1].startswith("approve   Active   AwaitingDecision   Do approve   <none>      <none>   ")
    assert "\x1b" not in "".join(lines)


def test_wide_table_shows_who_decided_and_why() -> None:
    """-o wide adds who decided and the message, -A the namespace; a due time is told from now."""
    done = todo(
        spec={
            "assignees": [{"kind": "Group", "name": "sre"}, {"kind": "User", "name": "ada"}],
            "dueTime": "2026-12-01T10:00:00Z",
        },
        phase="Succeeded",
        reason="Completed",
        message="completed by oncall",
        decisions=[{"username": "oncall", "action": "Complete"}],
    )

    lines = todo_table([done], now=datetime(2026, 12, 1, 9, tzinfo=UTC), namespaces=True, wide=True, headings=True)

    headings, cells = (re.split(" {3,}", line) for line in lines)
    assert headings == [
        *("NAMESPACE", "NAME", "PHASE", "REASON", "TITLE", "ASSIGNEES", "DUE", "AGE", "DECIDED BY", "MESSAGE")
    ]
    assert cells[:5] == ["shop", "approve", "Succeeded", "Completed", "Do approve"]
    assert cells[5:] == ["group:sre,ada", "in 60m", "60m", "oncall", "completed by oncall"]
