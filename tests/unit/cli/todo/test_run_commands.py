"""run and rerun: what is created, what is refused before, and a run that is watched, over workflows of plain values."""

import pytest
import yaml

from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.main import main
from myapp.cli.todo.run_request import unique_name
from tests.unit.cli.todo.fake_workflows import run, step, template
from tests.unit.cli.todo.release_template import BUILD, PARAMS, release_and

Captured = pytest.CaptureFixture[str]


def test_run_types_the_params_as_the_template_says() -> None:
    """A text stays a text, whatever it looks like; the rest is JSON. The run names its template and its creator."""
    cluster = release_and()

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
    cluster = release_and()

    assert main(["run", "release", *(word for pair in given for word in ("-p", pair))], cluster) == 1

    assert words in capsys.readouterr().err
    assert cluster.workflows.created == []


def test_all_that_is_wrong_is_said_at_once(capsys: Captured) -> None:
    """Not only the first."""
    main(["run", "release", "-p", "count=three", "-p", "env=test"], release_and())

    told = capsys.readouterr().err.removeprefix("error: ").splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["params.count", "params.env", "params.version"]


def test_who_may_not_create_runs_is_told_what_to_ask_for(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Beside kubectl's own words; what a policy refuses says so itself."""
    lacks = 'Error from server (Forbidden): User "oncall" cannot create resource "todoworkflows" in API group "x"\n'
    refuses = "Error from server (Forbidden): denied request: ask for the ClusterRole myapp-runner\n"
    cluster = release_and()

    for said, told in ((lacks, "by a role binding to the ClusterRole myapp-runner\n"), (refuses, refuses)):

        def refuse(*_: object, said: str = said) -> None:
            raise KubectlFailedError(said, 1)

        monkeypatch.setattr(cluster.workflows, "create_run", refuse)
        assert main(["run", "release", "-p", "version=2"], cluster) == 1
        printed = capsys.readouterr().err
        assert printed.startswith(said)
        assert printed.endswith(told)


def test_dry_run_creates_nothing_and_names_nobody(capsys: Captured) -> None:
    """What is printed is for a file; the flags become fields."""
    cluster = release_and()
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
    cluster = release_and(run(spec=spec, phase="Failed"))

    assert main(["rerun", "release-x7k2p", "-p", "count=4"], cluster) == 0

    assert cluster.workflows.created[0]["spec"] == {
        "templateRef": {"name": "release"},
        "params": {"version": "2.4", "count": 4},
        "serviceAccountName": "deployer",
        "rerunOf": "release-x7k2p",
    }


def test_a_run_with_steps_of_its_own_gets_values_of_the_types_that_it_had(capsys: Captured) -> None:
    """It declares none: what was no text is read as JSON, and what cannot be is refused."""
    own = {"steps": [{"name": "a", "content": "A"}], "params": {"count": 3, "name": "x", "on": True, "hosts": ["a"]}}
    cluster = release_and(run(spec=own))

    given = ["-p", "count=4", "-p", "name=5", "-p", "on=false", "-p", 'hosts=["b"]', "-p", "new=6"]
    assert main(["rerun", "release-x7k2p", *given], cluster) == 0

    params = {"count": 4, "name": "5", "on": False, "hosts": ["b"], "new": "6"}
    assert cluster.workflows.created[0]["spec"]["params"] == params
    assert main(["rerun", "release-x7k2p", "-p", "count=four"], cluster) == 1
    assert "params.count: found 'four', allowed is a JSON number, such as 3" in capsys.readouterr().err


@pytest.mark.parametrize("typed", [["run", "release", "-p", "version=2"], ["rerun", "release-x7k2p"]])
def test_a_template_that_cannot_be_run_is_refused(typed: list[str], capsys: Captured) -> None:
    """A run of it would wait for somebody to mend it. What the operator has not judged yet may be as it should."""
    broken = template(BUILD, params=PARAMS)
    broken["metadata"]["generation"] = 2
    stalled = {"type": "Stalled", "status": "True", "message": "step a: no"}
    broken["status"] = {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "False"}, stalled]}
    before = run(spec={"templateRef": {"name": "release"}, "params": {"version": "1"}})
    cluster = release_and(before, templates=[broken])

    assert main(typed, cluster) == 1
    assert capsys.readouterr().err == 'error: template "release" cannot be run until it is mended: step a: no\n'
    assert cluster.workflows.created == []
    broken["metadata"]["generation"] = 3
    assert main(typed, cluster) == 0


def test_rerun_takes_the_template_as_it_is_now(capsys: Captured) -> None:
    """Which may ask for more than the run had."""
    cluster = release_and(run(spec={"templateRef": {"name": "release"}}))

    assert main(["rerun", "release-x7k2p"], cluster) == 1
    assert "params.version: a string is required" in capsys.readouterr().err


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

    assert main(["tree", "release-x7k2p", "--watch"], release_and(later=course)) == 1

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
    cluster = release_and(later=[run("mine", phase="Succeeded", reason="Completed")])

    assert main(["run", "release", "-p", "version=2", "--name", "mine", "--watch"], cluster) == 0
    assert capsys.readouterr().out == "mine is Succeeded (Completed)\n"
