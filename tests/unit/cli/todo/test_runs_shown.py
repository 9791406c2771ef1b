"""tree, show, list, why, logs and completion of runs: output and exit codes, over workflows of plain values."""

import json

import pytest

from myapp.cli.todo.complete import main as complete
from myapp.cli.todo.main import main
from tests.unit.cli.todo.fake_cluster import todo
from tests.unit.cli.todo.fake_workflows import run, step, template
from tests.unit.cli.todo.release_template import BUILD, release_and

Captured = pytest.CaptureFixture[str]


def test_tree_shows_the_template_as_it_is_where_nothing_was_kept(capsys: Captured) -> None:
    """And where neither may be read, the steps that the status names."""
    seen = run(phase="Pending", reason="Running", steps=[step("build"), {"name": "other", "finally": True}])

    assert main(["tree", "tdw/release-x7k2p"], release_and(seen)) == 0
    assert "other" not in capsys.readouterr().out
    assert main(["tree", "release-x7k2p"], release_and(seen, templates=[])) == 0
    assert "other (finally)" in capsys.readouterr().out


def test_show_describes_a_run(capsys: Captured) -> None:
    """Params, steps, outputs, history and what was refused."""
    made = {"uid": "1", "action": "Comment", "username": "oncall", "time": "2026-12-01T09:10:00Z", "message": "slow"}
    seen = run(
        spec={"templateRef": {"name": "release"}, "params": {"version": "2.4"}, "rerunOf": "older"},
        phase="Succeeded",
        reason="Completed",
        message="all steps have ended",
        startTime="2026-12-01T09:00:00Z",
        completionTime="2026-12-01T09:30:00Z",
        progress="1/1",
        requestedBy="developer",
        steps=[step("build", "Succeeded", "Completed", todo="release-x7k2p.build")],
        outputs={"digest": "abc"},
        decisions=[made],
    )

    assert main(["show", "workflow/release-x7k2p"], release_and(seen)) == 0

    out = capsys.readouterr().out
    for words in ('version: "2.4"', 'digest: "abc"', "release-x7k2p.build", "Rerun of:", "1/1 steps have ended"):
        assert words in out
    history = [line.split()[1:3] for line in out[out.index("History:") :].splitlines()[2:6]]
    assert history == [["developer", "created"], ["<none>", "started"], ["oncall", "Comment"], ["<none>", "Succeeded"]]


def test_list_shows_runs(capsys: Captured) -> None:
    """By any of their names; other formats are kubectl's."""
    cluster = release_and(run(phase="Active", reason="Running", progress="3/5"))

    assert main(["list", "tdw"], cluster) == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split() == ["NAME", "PHASE", "REASON", "PROGRESS", "TEMPLATE", "AGE"]
    assert line.split()[:5] == ["release-x7k2p", "Active", "Running", "3/5", "release"]
    assert main(["list", "workflows", "-o", "name"], cluster) == 0
    assert main(["list", "workflows"], release_and()) == 0
    assert cluster.workflows.printed == ["runs Selection(all_namespaces=False, labels='', fields='') name"]


@pytest.mark.parametrize(
    ("reason", "spec", "cause", "advice"),
    [
        ("TemplateNotFound", None, "missing template", "create release"),
        ("Suspended", None, "suspended", "kubectl todo resume workflow/release-x7k2p -n shop"),
        ("Suspended", {"suspend": True}, "suspended", "set spec.suspend to false"),
        ("InvalidParams", None, "refused object", "start another run with other parameters"),
        ("NameConflict", None, "refused object", "in its message"),
        ("Running", None, "operator", "does the operator run?"),
    ],
)
def test_why_names_what_keeps_a_run(
    reason: str, spec: dict[str, object] | None, cause: str, advice: str, capsys: Captured
) -> None:
    """Each with what helps."""
    assert (
        main(
            ["why", "workflow/release-x7k2p", "-o", "json"], release_and(run(spec=spec, phase="Pending", reason=reason))
        )
        == 0
    )

    (link,) = json.loads(capsys.readouterr().out)
    assert (link["kind"], link["cause"]) == ("TodoWorkflow", cause)
    assert advice in link["advice"]


def test_why_goes_down_to_the_todos_of_steps_and_of_runs_within(capsys: Captured) -> None:
    """Whoever is asked is named; what has ended well is not; what has failed is."""
    outer = run(
        phase="Active",
        reason="Running",
        steps=[
            step("ask", "Active", todo="release-x7k2p.ask"),
            step("load", "Failed", "JobFailed", message="exit code 1"),
        ],
    )
    inner = run("inner", spec={"steps": []}, phase="Active", reason="Running", steps=[step("check", "Active")])
    todos = [
        todo("release-x7k2p.ask", phase="Active", reason="AwaitingDecision"),
        todo("release-x7k2p.done", phase="Succeeded", reason="Completed"),
        todo("inner.check", spec={"approval": {}}, phase="Active", reason="AwaitingDecision"),
    ]

    assert (
        main(["why", "workflow/release-x7k2p"], release_and(outer, todos=todos, within={"release-x7k2p": [inner]})) == 0
    )

    assert capsys.readouterr().out.splitlines() == [
        "release-x7k2p is Active (Running)",
        "  release-x7k2p.ask is Active (AwaitingDecision)",
        "  => person: kubectl todo complete release-x7k2p.ask -n shop",
        "  inner is Active (Running)",
        "    inner.check is Active (AwaitingDecision)",
        "    => missing approver: kubectl todo approve inner.check -n shop",
        "  load is Failed (JobFailed): exit code 1",
        "  => failed",
    ]


def test_why_of_many_todos_counts_the_rest(capsys: Captured) -> None:
    """A step for each of thousands is no wall of text."""
    todos = [todo(f"release-x7k2p.each.{n}", phase="Active", reason="AwaitingDecision") for n in range(25)]
    seen = run(phase="Active", reason="Running", steps=[step("each", "Active")])

    main(["why", "workflow/release-x7k2p"], release_and(seen, todos=todos))

    assert capsys.readouterr().out.splitlines()[-1] == "  5 more of its todos have not ended"


def test_logs_find_the_todo_behind_a_step(capsys: Captured) -> None:
    """The only step with a Job needs no name; of several one must be said; an item by its index, the latest one."""
    seen = run(phase="Active", reason="Running", steps=[step("build", "Active", todo="release-x7k2p.build")])
    one = release_and(seen)
    one.stored.append(todo("release-x7k2p.build", spec={"job": {"template": {}}}, phase="Active", reason="Running"))

    assert main(["logs", "workflow/release-x7k2p"], one) == 1
    assert 'todo "release-x7k2p.build" has no log yet: it has no pod' in capsys.readouterr().err

    each = {"name": "each", "content": "Each", "forEach": {"items": [1, 2]}, "job": {}}
    todos = [todo(f"release-x7k2p.each.{end}") for end in ("0", "1", "1.r1", "10")]
    many = release_and(seen, templates=[template(BUILD, each)], todos=todos)
    many.stored.append(todo("release-x7k2p.each.1.r1", spec={"job": {}}, phase="Active", reason="Running"))
    assert main(["logs", "workflow/release-x7k2p"], many) == 1
    assert "the steps with a Job are build, each: name one with --step" in capsys.readouterr().err
    assert main(["logs", "workflow/release-x7k2p", "--step", "each"], many) == 1
    assert "say which with --index" in capsys.readouterr().err
    assert main(["logs", "workflow/release-x7k2p", "--step", "each", "--index", "1"], many) == 1
    assert 'todo "release-x7k2p.each.1.r1" has no log yet' in capsys.readouterr().err
    assert main(["logs", "workflow/release-x7k2p", "--step", "each", "--index", "7"], many) == 1
    assert 'step "each" of workflow "release-x7k2p" has no log yet' in capsys.readouterr().err
    assert main(["logs", "build", "--step", "each"], many) == 1
    assert "--step and --index are for a run" in capsys.readouterr().err


def test_logs_tell_why_a_step_has_none(capsys: Captured) -> None:
    """One that has ended without a Todo never will; an item there is not; a step that is a run has logs of its own."""
    each = {"name": "each", "content": "Each", "forEach": {"items": [1, 2]}, "job": {}}
    sub = {"name": "sub", "workflow": {"templateRef": {"name": "other"}}}
    seen = run(
        phase="Active",
        reason="Running",
        steps=[
            step("build", "Skipped", "WhenFalse"),
            step("each", "Active", items={"total": 2}),
            step("sub", "Active", todo="release-x7k2p-abcde"),
        ],
    )
    cluster = release_and(seen, templates=[template(BUILD, each, sub)])

    for words, told in (
        (["build"], 'step "build" of workflow "release-x7k2p" has no log: it is Skipped (WhenFalse)'),
        (["each", "--index", "2"], 'step "each" of workflow "release-x7k2p" has no item 2: it has 2, counted from 0'),
        (["sub"], 'step "sub" of workflow "release-x7k2p" is a run: kubectl todo logs workflow/release-x7k2p-abcde'),
    ):
        assert main(["logs", "workflow/release-x7k2p", "--step", *words], cluster) == 1
        assert capsys.readouterr().err == f"error: {told}\n"


def test_logs_that_are_followed_wait_for_the_step(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they wait for the pod of a Todo; what holds it up is told once."""
    monkeypatch.setattr("myapp.cli.todo.commands.logs.time.sleep", lambda _: None)
    course = [
        run(phase="Active", reason="Running", steps=[step("build", "Pending", "WaitingForDependency")]),
        run(phase="Active", reason="Running", steps=[step("build", "Pending", "WaitingForDependency")]),
        run(phase="Active", reason="Running", steps=[step("build", "Active", "Running", todo="release-x7k2p.build")]),
    ]
    cluster = release_and(later=course)
    cluster.stored.append(todo("release-x7k2p.build", spec={"job": {}}, phase="Failed", reason="Cancelled"))

    assert main(["logs", "workflow/release-x7k2p", "-f"], cluster) == 1

    waiting, ended = capsys.readouterr().err.splitlines()
    assert waiting == 'step "build" of workflow "release-x7k2p" has no log yet: it is Pending (WaitingForDependency)'
    assert ended.startswith('error: todo "release-x7k2p.build" has no log')


@pytest.mark.parametrize(
    "words", [["show"], ["why"], ["logs"], ["cancel"], ["retry"], ["suspend"], ["comment", "-m", "x"], ["approve"]]
)
def test_the_name_of_a_run_without_its_kind_is_explained(words: list[str], capsys: Captured) -> None:
    """Nothing is done to the run instead; where there is none either, kubectl's words stay."""
    command, *flags = words
    cluster = release_and(run(phase="Active", reason="Running"))

    assert main([command, "release-x7k2p", *flags], cluster) == 1
    assert capsys.readouterr().err == (
        'error: there is no todo "release-x7k2p", but a run: name it workflow/release-x7k2p\n'
    )
    for name in ("nobody", "todo/release-x7k2p"):
        assert main([command, name, *flags], cluster) == 1
        assert capsys.readouterr().err.startswith("Error from server (NotFound): todos.todo.myapp.dev")
    assert cluster.created == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param(["run", "rel"], ["release"], id="template"),
        pytest.param(["run", "release", "-p", "e"], ["env="], id="param"),
        pytest.param(["tree", ""], ["release-x7k2p"], id="run"),
        pytest.param(["cancel", "workflow/r"], ["workflow/release-x7k2p"], id="with-kind"),
        pytest.param(["approve", "workflow/r"], [], id="not-for-runs"),
        pytest.param(["cancel", "workflow/x", "--mode", "S"], ["Stop"], id="mode"),
    ],
)
def test_completion_offers(typed: list[str], offered: list[str], capsys: Captured) -> None:
    """Names of templates and runs, with or without their kind; parameters ready for a value."""
    complete(typed, release_and(run(phase="Active", reason="Running")))

    *lines, _ = capsys.readouterr().out.splitlines()
    assert [line.partition("\t")[0] for line in lines] == offered
