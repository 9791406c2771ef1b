"""run, rerun, tree, show, list, why and logs on runs: output and exit codes, over workflows of plain values."""

import json
from typing import Any

import pytest
import yaml

from myapp.cli.todo.complete import main as complete
from myapp.cli.todo.main import main
from myapp.cli.todo.run_request import unique_name
from tests.unit.cli.todo.fake_cluster import FakeCluster, todo
from tests.unit.cli.todo.fake_workflows import FakeWorkflows, run, step, template

Captured = pytest.CaptureFixture[str]
PARAMS = [
    {"name": "version", "required": True},
    {"name": "env", "enum": ["staging", "prod"], "default": "staging", "description": "Where to"},
    {"name": "count", "type": "number"},
    {"name": "regions", "type": "array"},
]
BUILD = {"name": "build", "content": "Build", "job": {"template": {}}}


def workflows(*runs: object, **more: object) -> FakeCluster:
    given: dict[str, Any] = {"stored": list(runs), "templates": [template(BUILD, params=PARAMS)], **more}
    return FakeCluster(workflows=FakeWorkflows(**given))


def test_run_types_the_params_as_the_template_says() -> None:
    """A text stays a text, whatever it looks like; the rest is JSON. The run names its template and its creator."""
    cluster = workflows()

    assert main(["run", "release", "-p", "version=2.4", "-p", "count=3", "-p", 'regions=["eu"]'], cluster) == 0

    (created,) = cluster.workflows.created
    assert created["kind"] == "TodoWorkflow"
    assert created["spec"] == {
        "templateRef": {"name": "release"},
        "params": {"version": "2.4", "count": 3, "regions": ["eu"]},
    }
    assert created["metadata"]["annotations"] == {"todo.myapp.dev/created-by": "oncall"}
    assert created["metadata"]["name"].startswith("release-")
    assert cluster.workflows.printed == ["none "]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "params.version: a string is required"),
        (["version=2", "colour=red"], "params.colour: there is no such param, its params are count, env,"),
        (["version=2", "env=test"], 'params.env: found "test", allowed is one of "staging", "prod"'),
        (["version=2", "count=three"], "params.count: found 'three', allowed is a JSON number, such as 3"),
        (["version=2", "count=true"], "params.count: found true, allowed is a value of type number"),
    ],
)
def test_wrong_params_are_refused_before_anything_is_created(given: list[str], words: str, capsys: Captured) -> None:
    """Each is named with what is allowed."""
    cluster = workflows()

    assert main(["run", "release", *(word for pair in given for word in ("-p", pair))], cluster) == 1

    assert words in capsys.readouterr().err
    assert cluster.workflows.created == []


def test_all_that_is_wrong_is_said_at_once(capsys: Captured) -> None:
    """Not only the first."""
    main(["run", "release", "-p", "count=three", "-p", "env=test"], workflows())

    told = capsys.readouterr().err.removeprefix("error: ").splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["params.count", "params.env", "params.version"]


def test_dry_run_creates_nothing_and_names_nobody(capsys: Captured) -> None:
    """What is printed is for a file; the flags become fields."""
    cluster = workflows()
    flags = ["--name", "first", "--timeout", "1h", "--ttl", "24h", "--suspend", "--service-account", "deployer"]

    assert (
        main(["run", "release", "-p", "version=2", *flags, "--dry-run=client", "-o", "yaml", "-n", "shop"], cluster)
        == 0
    )

    assert yaml.safe_load(capsys.readouterr().out) == {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "TodoWorkflow",
        "metadata": {"name": "first", "namespace": "shop"},
        "spec": {
            "templateRef": {"name": "release"},
            "params": {"version": "2"},
            "serviceAccountName": "deployer",
            "timeout": "1h",
            "ttlAfterFinished": "24h",
            "suspend": True,
        },
    }
    assert cluster.workflows.created == []
    assert main(["run", "release", "-p", "version=2", "--watch", "--dry-run=client"], cluster) == 1
    assert "--watch shows a run" in capsys.readouterr().err


def test_names_are_unique_short_and_without_dots() -> None:
    """As the API server's generateName makes them; the suffix of a run is replaced, not added to."""
    assert len({unique_name("release") for _ in range(50)}) == 50
    assert unique_name("release.prod").startswith("release-prod-")
    assert len(unique_name("x" * 100)) == 63
    again = unique_name("release-x7k2p")
    assert again.startswith("release-")
    assert len(again) == len("release-x7k2p")
    assert unique_name(f"{'x' * 56}-{'y' * 10}").count("--") == 0


def test_rerun_repeats_what_the_run_had_and_says_of_which() -> None:
    """Its spec with other params where they are given; not that it was suspended, nor what it repeated itself."""
    spec = {
        "templateRef": {"name": "release"},
        "params": {"version": "2.4", "count": 3},
        "suspend": True,
        "rerunOf": "older",
        "serviceAccountName": "deployer",
    }
    cluster = workflows(run(spec=spec, phase="Failed"))

    assert main(["rerun", "release-x7k2p", "-p", "count=4"], cluster) == 0

    assert cluster.workflows.created[0]["spec"] == {
        "templateRef": {"name": "release"},
        "params": {"version": "2.4", "count": 4},
        "serviceAccountName": "deployer",
        "rerunOf": "release-x7k2p",
    }


def test_watch_tells_each_change_and_ends_with_the_run(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each step that moves; the exit code is that of the run."""
    monkeypatch.setattr("myapp.cli.todo.watch_run.time.sleep", lambda _: None)
    course = [
        run(),
        run(phase="Active", reason="Running", steps=[step("build", "Active", "Running"), step("smoke", "Pending")]),
        run(phase="Active", reason="Running", steps=[step("build", "Active", "Running"), step("smoke", "Pending")]),
        run(
            phase="Failed",
            reason="StepFailed",
            message="build has failed",
            steps=[step("build", "Failed", "JobFailed", message="exit code 1"), step("smoke", "Skipped", "NotStarted")],
        ),
    ]

    assert main(["tree", "release-x7k2p", "--watch"], workflows(later=course)) == 1

    assert capsys.readouterr().out.splitlines() == [
        "release-x7k2p is not seen by the operator yet",
        "release-x7k2p.build is Active (Running)",
        "release-x7k2p is Active (Running)",
        "release-x7k2p.build is Failed (JobFailed): exit code 1",
        "release-x7k2p.smoke is Skipped (NotStarted)",
        "release-x7k2p is Failed (StepFailed): build has failed",
    ]


def test_run_and_watch_succeeds_with_the_run(capsys: Captured) -> None:
    """For scripts and pipelines."""
    cluster = workflows(later=[run("mine", phase="Succeeded", reason="Completed")])

    assert main(["run", "release", "-p", "version=2", "--name", "mine", "--watch"], cluster) == 0
    assert capsys.readouterr().out == "mine is Succeeded (Completed)\n"


def test_tree_shows_the_template_as_it_is_where_nothing_was_kept(capsys: Captured) -> None:
    """And where neither may be read, the steps that the status names."""
    seen = run(phase="Pending", reason="Running", steps=[step("build"), {"name": "other", "finally": True}])

    assert main(["tree", "tdw/release-x7k2p"], workflows(seen)) == 0
    assert "other" not in capsys.readouterr().out
    assert main(["tree", "release-x7k2p"], workflows(seen, templates=[])) == 0
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

    assert main(["show", "workflow/release-x7k2p"], workflows(seen)) == 0

    out = capsys.readouterr().out
    for words in ('version: "2.4"', 'digest: "abc"', "release-x7k2p.build", "Rerun of:", "1/1 steps have ended"):
        assert words in out
    history = [line.split()[1:3] for line in out[out.index("History:") :].splitlines()[2:6]]
    assert history == [["developer", "created"], ["<none>", "started"], ["oncall", "Comment"], ["<none>", "Succeeded"]]


def test_list_shows_runs(capsys: Captured) -> None:
    """By any of their names; other formats are kubectl's."""
    cluster = workflows(run(phase="Active", reason="Running", progress="3/5"))

    assert main(["list", "tdw"], cluster) == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split() == ["NAME", "PHASE", "REASON", "PROGRESS", "TEMPLATE", "AGE"]
    assert line.split()[:5] == ["release-x7k2p", "Active", "Running", "3/5", "release"]
    assert main(["list", "workflows", "-o", "name"], cluster) == 0
    assert main(["list", "workflows"], workflows()) == 0
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
        main(["why", "workflow/release-x7k2p", "-o", "json"], workflows(run(spec=spec, phase="Pending", reason=reason)))
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
        main(["why", "workflow/release-x7k2p"], workflows(outer, todos=todos, within={"release-x7k2p": [inner]})) == 0
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

    main(["why", "workflow/release-x7k2p"], workflows(seen, todos=todos))

    assert capsys.readouterr().out.splitlines()[-1] == "  5 more of its todos have not ended"


def test_logs_find_the_todo_behind_a_step(capsys: Captured) -> None:
    """The only step with a Job needs no name; of several one must be said; an item by its index, the latest one."""
    seen = run(phase="Active", reason="Running", steps=[step("build", "Active", todo="release-x7k2p.build")])
    one = workflows(seen)
    one.stored.append(todo("release-x7k2p.build", spec={"job": {"template": {}}}, phase="Active", reason="Running"))

    assert main(["logs", "workflow/release-x7k2p"], one) == 1
    assert 'todo "release-x7k2p.build" has no log yet: it has no pod' in capsys.readouterr().err

    each = {"name": "each", "content": "Each", "forEach": {"items": [1, 2]}, "job": {}}
    todos = [todo(f"release-x7k2p.each.{end}") for end in ("0", "1", "1.r1", "10")]
    many = workflows(seen, templates=[template(BUILD, each)], todos=todos)
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
    complete(typed, workflows(run(phase="Active", reason="Running")))

    *lines, _ = capsys.readouterr().out.splitlines()
    assert [line.partition("\t")[0] for line in lines] == offered
