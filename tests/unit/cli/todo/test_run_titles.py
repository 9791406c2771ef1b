"""A run's steps are shown with the values that they have: those that it was given, and those that its Todos know."""

import re
from pathlib import Path
from typing import Any

import pytest

from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.known_run import look_at
from myapp.cli.todo.main import main
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.todo_view import TodoView
from tests.unit.cli.todo.fake_cluster import FakeCluster, todo
from tests.unit.cli.todo.fake_workflows import FakeWorkflows, run, step, template

Captured = pytest.CaptureFixture[str]

PARAMS = [{"name": "version", "required": True}, {"name": "env", "default": "staging"}, {"name": "hosts"}]
STEPS: list[dict[str, Any]] = [
    {"name": "build", "content": "# Build $(params.version) for $(params.env)\nwith care"},
    {"name": "smoke", "content": "Test $(steps.build.outputs.digest) of $(params.version)", "wait": {}},
    {"name": "each", "content": "Tell $(item) of $(params.version)", "forEach": {"items": "params.hosts"}},
    {"name": "shell", "content": "Echo $(date) and $$(params.version)"},
    {"name": "sub", "workflow": {"templateRef": {"name": "other"}}},
]
LAST: dict[str, Any] = {"finally": [{"name": "tell", "content": "It is $(workflow.phase)"}]}
DEFINITION = template(*STEPS, params=PARAMS, **LAST)


def seen(*begun: str, **params: object) -> RunView:
    """A run of which these steps have become Todos."""
    return run(
        spec={"templateRef": {"name": "release"}, "params": {"version": "2.5", **params}},
        phase="Active",
        reason="Running",
        steps=[step(name, "Active", "Running", todo=f"release-x7k2p.{name}") for name in begun],
    )


def made(name: str, content: str) -> TodoView:
    return todo(f"release-x7k2p.{name}", spec={"content": content}, phase="Active", reason="Running")


def titles(stored: RunView, **more: Any) -> tuple[dict[str, str], FakeWorkflows]:  # noqa: ANN401 - fields of the fake
    workflows = FakeWorkflows(stored=[stored], templates=[DEFINITION], **more)
    return {each.name: each.title for each in look_at(stored, workflows).graph.steps}, workflows


def test_what_a_run_was_given_is_put_in_before_anything_is_begun() -> None:
    """Defaults too. What nobody knows yet stays as it is written; what is no expression stays what it is."""
    found, workflows = titles(seen())

    assert found == {
        "build": "Build 2.5 for staging",
        "smoke": "Test $(steps.build.outputs.digest) of 2.5",
        "each": "Tell $(item) of 2.5",
        "shell": "Echo $(date) and $(params.version)",
        "sub": "",
        "tell": "It is $(workflow.phase)",
    }
    assert [asked for asked in workflows.asked if asked[0] == ""] == []


def test_what_a_step_has_yielded_its_todo_knows() -> None:
    """It is asked for once, without the Todos of items; a value is never looked at again."""
    stored = seen("build", "smoke", "each")
    workflows = FakeWorkflows(
        stored=[stored], templates=[DEFINITION], todos=[made("smoke", "Test $(steps.a) of 2.5"), made("each.0", "No")]
    )

    first = look_at(stored, workflows)
    again = look_at(stored, workflows, first.graph)

    for shown in (first, again):
        assert {each.name: each.title for each in shown.graph.steps}["smoke"] == "Test $(steps.a) of 2.5"
        assert {each.name: each.title for each in shown.graph.steps}["each"] == "Tell $(item) of 2.5"
    assert [asked for asked in workflows.asked if asked[0] == ""] == [("", ("each",))]


def test_a_value_of_any_type_is_written_as_in_the_todo() -> None:
    """Texts as they are, all else as JSON; what cannot be computed or understood stays."""
    steps = [{"name": "a", "content": "$(params.hosts) $(params.n + 1) $(params.gone) $(params.) $(params.n"}]
    stored = run(spec={"steps": steps, "params": {"hosts": ["a", {"b": 1}], "n": 2}})

    found = look_at(stored, FakeWorkflows(stored=[stored])).graph.steps[0].title

    assert found == '["a",{"b":1}] 3 $(params.gone) $(params.) $(params.n'


def test_who_may_not_list_todos_sees_what_is_written(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """A diagram takes `get` alone."""

    def refuse(*_: object, **__: object) -> list[TodoView]:
        raise KubectlFailedError("Error from server (Forbidden): todos.todo.myapp.dev is forbidden", 1)

    workflows = FakeWorkflows(stored=[seen("smoke")], templates=[DEFINITION])
    monkeypatch.setattr(workflows, "children", refuse)

    assert main(["diagram", "workflow/release-x7k2p"], FakeCluster(workflows=workflows)) == 0
    assert "Test $(steps.build.outputs.digest) of 2.5" in capsys.readouterr().out


@pytest.mark.parametrize("output", ["mermaid", "svg"])
def test_a_diagram_of_a_run_has_the_values_and_that_of_a_template_has_none(output: str, capsys: Captured) -> None:
    workflows = FakeWorkflows(stored=[seen("smoke")], templates=[DEFINITION], todos=[made("smoke", "Test 4711")])
    cluster = FakeCluster(workflows=workflows)

    assert main(["diagram", "workflow/release-x7k2p", "-o", output], cluster) == 0
    drawn = capsys.readouterr().out
    assert "Build 2.5 for staging" in drawn
    assert "Test 4711" in drawn

    assert main(["diagram", "release", "-o", output], cluster) == 0
    assert "Build $(params.version) for" in capsys.readouterr().out


def test_nothing_is_compiled_where_nothing_is_to_be_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """What compiles takes longer to import than all the rest."""

    def refuse() -> None:
        raise AssertionError("nothing is to be compiled")

    monkeypatch.setattr("myapp.cli.todo.known_run._compiler", refuse)
    stored = run(spec={"steps": [{"name": "a", "content": "Echo $(date)"}]})

    assert look_at(stored, FakeWorkflows(stored=[stored])).graph.steps[0].title == "Echo $(date)"


def test_the_documented_tree_resolves() -> None:
    """No example of a run shows an expression that the run has a value for."""
    page = (Path(__file__).parents[4] / "docs/workflows.md").read_text()
    tree = page[page.index("$ kubectl todo tree") : page.index("$ kubectl todo rerun")]

    assert re.search(r"Build \S+\n", tree)
    assert "$(" not in tree
