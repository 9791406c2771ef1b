"""`kubectl todo tree`: steps below what they depend on, how they fare, who is waited for."""

from collections.abc import Mapping
from typing import Any

from myapp.cli.todo.run_tree import Shown, tree_lines
from myapp.cli.todo.step_graph import step_graph
from tests.unit.cli.todo.fake_cluster import todo
from tests.unit.cli.todo.fake_workflows import run, step

RELEASE: Mapping[str, Any] = {
    "steps": [
        {"name": "build", "content": "Build it", "job": {}},
        {"name": "smoke", "content": "Smoke-test", "dependsOn": [{"name": "build"}], "http": {}},
        {"name": "load", "content": "Load-test", "dependsOn": [{"name": "build"}], "wait": {}},
        {"name": "sign-off", "content": "Approve", "dependsOn": [{"name": "smoke"}, {"name": "load"}], "approval": {}},
        {"name": "roll-back", "content": "Back", "dependsOn": [{"name": "sign-off", "on": ["Failed"]}]},
    ],
    "finally": [{"name": "notify", "content": "Tell the team", "http": {}}],
}


def names(shown: Shown) -> list[str]:
    return [line.partition("   ")[0] for line in tree_lines(shown)][2:]


def test_steps_stand_below_what_they_depend_on() -> None:
    """A branch for each that follows; a chain goes straight down; what joins stands below the last of its own."""
    shown = Shown(run(phase="Active", reason="Running", progress="1/6"), step_graph(RELEASE))

    assert tree_lines(shown)[0] == "release-x7k2p is Active (Running), 1/6 steps have ended"
    assert names(shown) == ["├ build", "│ ├ smoke", "│ │ sign-off", "│ │ roll-back", "│ └ load", "└ notify (finally)"]


def test_dependencies_name_the_ends_that_they_accept() -> None:
    """Unless that is success alone."""
    lines = tree_lines(Shown(run(phase="Active", reason="Running"), step_graph(RELEASE)))

    assert "smoke,load" in next(line for line in lines if "sign-off" in line)
    assert "sign-off (Failed)" in next(line for line in lines if "roll-back" in line)


def test_phases_failures_and_people_are_told() -> None:
    """The Todo that waits says more than the run's status does; failed items stand below their step."""
    seen = run(
        phase="Active",
        reason="Running",
        steps=[
            step("build", "Failed", "ItemsFailed", items={"total": 3, "succeeded": 1, "failed": 2}, failures=[
                {"index": 0, "message": "exit code 2"}, {"index": 2, "message": "exit code 1"}]),
            step("sign-off", "Active", "Running", todo="release-x7k2p.sign-off"),
        ],
    )  # fmt: skip
    vote = todo(
        "release-x7k2p.sign-off",
        spec={"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}},
        phase="Active",
        reason="AwaitingDecision",
        message="has 0 of 1 approvals",
    )

    lines = tree_lines(Shown(seen, step_graph(RELEASE), [vote]))

    build = next(position for position, line in enumerate(lines) if "build" in line)
    assert "Failed" in lines[build]
    assert lines[build].endswith("3/3 items, 2 failed")
    assert [line.split()[0] for line in lines[build + 1 : build + 3]] == ["│", "│"]
    assert [line.split()[-3:] for line in lines[build + 1 : build + 3]] == [
        ["exit", "code", "2"],
        ["exit", "code", "1"],
    ]
    waiting = next(line for line in lines if "sign-off" in line)
    assert "AwaitingDecision" in waiting
    assert "has 0 of 1 approvals" in waiting
    assert lines[-1] == "=> kubectl todo approve release-x7k2p.sign-off -n shop (group:sre)"


def test_a_run_within_is_part_of_the_tree() -> None:
    """Its steps stand below the step that it is, and whom they wait for below all."""
    inner = run("inner", spec={"steps": []}, phase="Active", reason="Running", steps=[step("ask", todo="inner.ask")])
    asked = todo("inner.ask", phase="Active", reason="AwaitingDecision")
    definition = {"steps": [{"name": "verify", "workflow": {"templateRef": {"name": "checks"}}}]}
    outer = run(phase="Active", reason="Running", steps=[step("verify", "Active", "Running", todo="inner")])
    within = Shown(inner, step_graph({"steps": [{"name": "ask", "content": "Ask"}]}), [asked])

    lines = tree_lines(Shown(outer, step_graph(definition), (), {"inner": within}))

    assert [line.split()[0] for line in lines[2:4]] == ["verify", "ask"]
    assert lines[3].startswith("  ask")
    assert lines[-1] == "=> kubectl todo complete inner.ask -n shop"


def test_a_long_chain_takes_no_more_columns_than_a_short_one() -> None:
    """Five hundred steps in a row, each of them at the left."""
    steps = [{"name": f"s{n}", "content": "x", "dependsOn": [{"name": f"s{n - 1}"}] if n else []} for n in range(500)]

    found = names(Shown(run(), step_graph({"steps": steps})))

    assert [name.rstrip() for name in found] == [f"s{n}" for n in range(500)]


def test_a_loop_and_an_unknown_step_are_shown_as_far_as_they_can_be() -> None:
    """Such a run never starts; the tree is there to find out why."""
    steps = [
        {"name": "a", "content": "x", "dependsOn": [{"name": "b"}]},
        {"name": "b", "content": "x", "dependsOn": [{"name": "a"}, {"name": "gone"}]},
    ]

    assert sorted(name.strip(" ├└") for name in names(Shown(run(), step_graph({"steps": steps})))) == ["a", "b"]


def test_a_step_that_runs_a_template_names_its_run() -> None:
    """By which it can be looked at, cancelled or retried; what it says of itself goes before."""
    definition = {"steps": [{"name": "verify", "workflow": {"templateRef": {"name": "checks"}}}]}

    for state, said in (
        ([], "runs checks"),
        ([step("verify", "Active", "Running", todo="inner")], "runs checks as inner"),
        ([step("verify", "Failed", "StepFailed", message="no", todo="inner")], "no"),
    ):
        lines = tree_lines(Shown(run(phase="Active", reason="Running", steps=state), step_graph(definition)))
        assert lines[2].endswith(f"   {said}")


def test_of_many_who_are_asked_the_rest_is_counted() -> None:
    """A step for each of thousands is no wall of text."""
    asked = [todo(f"release-x7k2p.each.{n}", phase="Active", reason="AwaitingDecision") for n in range(25)]

    lines = [line for line in tree_lines(Shown(run(), step_graph(RELEASE), asked)) if line.startswith("=>")]

    assert len(lines) == 21
    assert lines[-1] == "=> and 5 more wait for people: kubectl todo inbox -n shop"
