"""`kubectl todo lint`: all problems of a file, with their places, and exit codes that a pipeline can tell apart."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from myapp.cli.todo.main import main

Captured = pytest.CaptureFixture[str]
HEAD = "apiVersion: todo.myapp.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"
GOOD = (
    HEAD.format(kind="TodoTemplate", name="release")
    + """\
  params: [{name: env, enum: [staging, prod], default: staging}, {name: version, required: true}]
  steps:
  - {name: build, content: "Build $(params.version)", wait: {duration: 1s}}
  - {name: ask, content: "Approve $(params.env)", dependsOn: [{name: build}], approval: {}}
"""
)


@pytest.fixture
def lint(tmp_path: Path, capsys: Captured) -> Any:  # noqa: ANN401 - a function
    """Exit code and findings of a file with this text."""

    def run(text: str) -> tuple[int, list[dict[str, Any]]]:
        file = tmp_path / "workflow.yaml"
        file.write_text(text)
        code = main(["lint", str(file), "-o", "json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def steps(*lines: str, kind: str = "TodoTemplate", name: str = "release") -> str:
    return HEAD.format(kind=kind, name=name) + "  steps:\n" + "".join(f"  - {line}\n" for line in lines)


def test_what_is_right_is_silent(lint: Any) -> None:  # noqa: ANN401 - as above
    """Exit code 0."""
    assert lint(GOOD) == (0, [])


@pytest.mark.parametrize(
    ("text", "line", "step", "field", "words"),
    [
        pytest.param(
            steps("{name: a, content: A, wait: {duration: 1s}}", "{name: a, content: B, wait: {duration: 1s}}"),
            6, "a", "", "there are 2 steps of this name", id="duplicate",
        ),
        pytest.param(
            steps("{name: a, content: A, dependsOn: [{name: b}]}"), 6, "a", "", "dependsOn names b", id="unknown-step"
        ),
        pytest.param(
            steps("{name: a, content: A, dependsOn: [{name: b}]}", "{name: b, content: B, dependsOn: [{name: a}]}"),
            4, "", "spec", "steps wait for each other: a -> b -> a", id="loop",
        ),
        pytest.param(
            steps("name: a", "  content: $(params.x)").replace("  -   content", "    content"),
            7, "a", "content", "step a: content: ", id="unknown-param",
        ),
        pytest.param(
            steps("name: a", "  content: A", "  tags: ['$(params.x +)']").replace("  -   ", "    "),
            8, "a", "tags[0]", "step a: tags[0]: line 1", id="expression",
        ),
        pytest.param(
            steps("name: a", "  content: A", "  http: {url: 'gopher://x'}").replace("  -   ", "    "),
            8, "a", "http.url", "http.url", id="todo-field",
        ),
        pytest.param(
            steps("{name: a, contnt: A}"), 6, "a", "contnt", "there is no field contnt, allowed are", id="typo"
        ),
        pytest.param(
            steps("{name: a, content: A, dependsOn: [{name: b, on: [Failed]}]}", "{name: b, content: B}"),
            6, "a", "dependsOn[0].on", 'a bare on means true in YAML: write "on" with quotes', id="bare-on",
        ),
        pytest.param(
            steps("{name: n, content: A}"), 6, "0", "name", "a bare y, n, yes, no, on or off means", id="bare-n"
        ),
        pytest.param(
            HEAD.format(kind="TodoTemplate", name="x") + "  steps: []\n", 5, "", "spec.steps", "at least 1", id="none"
        ),
        pytest.param(
            HEAD.format(kind="TodoTemplate", name="x") + "  params: [{name: k, type: number, default: x}]\n"
            "  steps: [{name: a, content: A}]\n",
            5, "", "spec.params[0]", "the default does not fit", id="param",
        ),
        pytest.param("kind: [\n", 2, "", "", "this is no YAML", id="no-yaml"),
        pytest.param(GOOD + "  timeout: 1h\n  timeout: 2h\n", 10, "", "timeout", "written twice", id="doubled-key"),
        pytest.param(
            steps("{name: a, content: A}", kind="TodoWorkflow", name="a.b"), 3, "", "metadata.name", "no dot", id="name"
        ),
    ],
)  # fmt: skip
def test_a_problem_has_its_place(
    lint: Any,  # noqa: ANN401 - as above
    *,
    text: str,
    line: int,
    step: str,
    field: str,
    words: str,
) -> None:
    """File, line, step and field; exit code 1."""
    code, found = lint(text)

    fitting = [finding for finding in found if words in finding["message"]]
    assert code == 1
    assert fitting, found
    assert (fitting[0]["line"], fitting[0]["step"]) == (line, step)
    assert fitting[0]["field"].endswith(field)


def test_all_problems_are_told(lint: Any) -> None:  # noqa: ANN401 - as above
    """Not only the first, in the order of their lines."""
    text = steps("{name: a, content: $(params.x)}", "{name: b, content: $(steps.a.outputs.y)}", "{name: C, content: C}")

    _, found = lint(text)

    assert [finding["step"] for finding in found][:2] == ["a", "b"]
    assert [finding["line"] for finding in found] == sorted(finding["line"] for finding in found)
    assert len({finding["message"] for finding in found}) == len(found) >= 3


def test_a_run_is_held_against_its_template(lint: Any) -> None:  # noqa: ANN401 - as above
    """Where that is among the files; else nothing is known of it."""
    started = HEAD.format(kind="TodoWorkflow", name="first") + "  templateRef: {name: release}\n  params: {env: test}\n"

    assert lint(started) == (0, [])
    code, found = lint(f"{GOOD}---\n{started}")
    assert code == 1
    assert sorted(finding["message"] for finding in found) == [
        'params.env: found "test", allowed is one of "staging", "prod"',
        "params.version: a string is required",
    ]


def test_templates_that_reach_themselves_are_found_across_files(lint: Any) -> None:  # noqa: ANN401 - as above
    """With the way spelled out."""
    one = steps("{name: a, workflow: {templateRef: {name: two}}}", name="one")
    two = steps("{name: a, workflow: {templateRef: {name: one}}}", name="two")

    code, found = lint(f"{one}---\n{two}")

    assert code == 1
    assert any("one -> two -> one" in finding["message"] for finding in found)


def test_todos_are_checked_and_other_kinds_left_alone(lint: Any) -> None:  # noqa: ANN401 - as above
    """Fields and expressions of a Todo."""
    todo = HEAD.format(kind="Todo", name="a") + "  content: A\n  when: dependencies.b.phase\n"

    code, found = lint(f"{todo}---\nkind: ConfigMap\nspec: {{x: 1}}\n---\n- no object\n")

    assert code == 1
    assert [(finding["name"], finding["line"]) for finding in found] == [("a", 6)]
    assert "b is none of its dependencies" in found[0]["message"]


def test_folders_and_stdin_are_read(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every manifest below the folder; a list of objects, too."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.yml").write_text(GOOD)
    (tmp_path / "b.json").write_text(json.dumps({"kind": "List", "items": [{"kind": "Todo"}]}))
    (tmp_path / "notes.txt").write_text("kind: [")

    assert main(["lint", str(tmp_path)]) == 0
    assert capsys.readouterr().err == "1 object checked, 1 object of other kinds left alone: no problems\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(steps("{name: A, content: A}")))
    assert main(["lint", "-"]) == 1
    assert capsys.readouterr().out.startswith("<stdin>:6:")


@pytest.mark.parametrize("name", ["gone.yaml", "."])
def test_what_cannot_be_read_is_told_apart(
    name: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2: nothing is known, neither that it is right nor that it is wrong."""
    monkeypatch.chdir(tmp_path)

    assert main(["lint", name]) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize("words", [["--outptu=json", "x.yaml"], ["-o", "xml", "x.yaml"], []])
def test_a_wrong_word_on_the_line_is_no_finding(words: list[str], capsys: Captured) -> None:
    """Nothing was judged, so a pipeline must not take it for what 1 means; other commands have no such code."""
    assert main(["lint", *words]) == 2
    assert "See 'kubectl todo lint --help' for usage." in capsys.readouterr().err
    assert main(["diagram", "--outptu=json", "x.yaml"]) == 1


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("kind: ConfigMap\n", "no objects checked, 1 object of other kinds left alone: no problems"),
        ("", "no objects checked: no problems"),
        (steps("{name: a, content: A, when: x}"), "1 object checked: 1 problem"),
    ],
)
def test_it_says_what_it_has_looked_at(text: str, summary: str, tmp_path: Path, capsys: Captured) -> None:
    """Whoever names the wrong folder sees that nothing was checked."""
    (tmp_path / "x.yaml").write_text(text)

    main(["lint", str(tmp_path)])

    assert capsys.readouterr().err == f"{summary}\n"
