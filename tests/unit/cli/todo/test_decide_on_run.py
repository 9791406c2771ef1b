"""comment, suspend, resume, retry and cancel on a run: what fits, and what is sent."""

import pytest

from myapp.cli.todo.main import main
from tests.unit.cli.todo.fake_cluster import FakeCluster
from tests.unit.cli.todo.fake_workflows import FakeWorkflows, run

Captured = pytest.CaptureFixture[str]


def cluster(phase: str = "Active", reason: str = "Running") -> FakeCluster:
    counted = [("Counted", "Applied", "")]
    stored = FakeWorkflows(stored=[run(phase=phase, reason=reason)])
    return FakeCluster(verbs=frozenset({"control", "comment"}), answers=[*counted], workflows=stored)


@pytest.mark.parametrize("name", ["workflow/release-x7k2p", "todoworkflow/release-x7k2p", "tdw/release-x7k2p"])
def test_a_decision_names_the_run_as_its_target(name: str, capsys: Captured) -> None:
    """By any of the kind's names; the verb is asked for on todoworkflows."""
    world = cluster()

    assert main(["cancel", name, "--mode", "RunFinally", "-m", "wrong version"], world) == 0

    assert capsys.readouterr().out == "todoworkflow.todo.myapp.dev/release-x7k2p cancelled\n"
    (made,) = world.created
    assert made["spec"] == {
        "target": {"kind": "TodoWorkflow", "name": "release-x7k2p", "uid": "uid-of-release-x7k2p"},
        "action": "Cancel",
        "user": {"username": "oncall", "groups": ["sre", "system:authenticated"]},
        "message": "wrong version",
        "mode": "RunFinally",
    }
    assert [(owner["kind"], owner["name"]) for owner in made["metadata"]["ownerReferences"]] == [
        ("TodoWorkflow", "release-x7k2p")
    ]
    assert (world.asked[0].verb, world.asked[0].resource) == ("control", "todoworkflows")


@pytest.mark.parametrize(
    ("phase", "command", "words"),
    [
        ("Succeeded", ["suspend"], 'workflow "release-x7k2p" has ended already: Succeeded (Running)'),
        ("Active", ["retry"], 'workflow "release-x7k2p" cannot be retried: it has not failed, it is Active (Running)'),
        (
            "Cancelled",
            ["retry"],
            "has ended already: Cancelled (Running); kubectl todo rerun release-x7k2p starts another one",
        ),
    ],
)
def test_what_cannot_fit_is_refused_early(phase: str, command: list[str], words: str, capsys: Captured) -> None:
    """Nothing is created."""
    world = cluster(phase)

    assert main([*command, "workflow/release-x7k2p"], world) == 1

    assert words in capsys.readouterr().err
    assert world.created == []


@pytest.mark.parametrize("command", ["suspend", "resume", "comment"])
def test_steering_fits_a_run_that_is_under_way(command: str) -> None:
    """Suspended or not, the operator judges."""
    world = cluster()

    assert main([command, "workflow/release-x7k2p", "-m", "why"], world) == 0
    assert "mode" not in world.created[0]["spec"]


def test_a_failed_run_is_tried_again() -> None:
    """Retry is for what has failed."""
    assert main(["retry", "workflow/release-x7k2p"], cluster("Failed", "StepFailed")) == 0


@pytest.mark.parametrize("command", ["approve", "complete", "claim", "skip"])
def test_what_a_todo_alone_takes_names_no_run(command: str, capsys: Captured) -> None:
    """The kind is refused on the command line."""
    assert main([command, "workflow/release-x7k2p"], cluster()) == 1
    assert "allowed is NAME or todo/NAME" in capsys.readouterr().err


def test_mode_is_for_runs(capsys: Captured) -> None:
    """A todo has one way to be cancelled."""
    assert main(["cancel", "build", "--mode", "Stop"], cluster()) == 1
    assert "--mode is for a run" in capsys.readouterr().err


def test_missing_verb_names_the_runs(capsys: Captured) -> None:
    """With the way to get it."""
    world = cluster()
    world.verbs = frozenset()

    assert main(["cancel", "workflow/release-x7k2p"], world) == 1
    err = capsys.readouterr().err
    assert 'the verb "control" on todoworkflows.todo.myapp.dev is missing' in err
    assert "rolebinding control-workflows -n shop --clusterrole=myapp-controller --user=oncall" in err
    assert world.created == []
