"""`kubectl todo diagram`: Mermaid and SVG of templates, runs and files."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from myapp.cli.todo.layered_layout import layered
from myapp.cli.todo.main import main
from myapp.cli.todo.mermaid import mermaid
from myapp.cli.todo.step_graph import step_graph
from myapp.cli.todo.svg_picture import svg
from tests.unit.cli.todo.fake_cluster import FakeCluster
from tests.unit.cli.todo.fake_workflows import FakeWorkflows, run, step, template
from tests.unit.cli.todo.test_run_tree import RELEASE

Captured = pytest.CaptureFixture[str]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - it is our own


def test_mermaid_names_steps_shapes_and_ends() -> None:
    """What a person decides looks otherwise than what a machine does; an edge says which ends it accepts."""
    drawn = mermaid(step_graph(RELEASE), {})

    assert drawn.startswith("flowchart TD\n")
    assert 's0["<b>build</b><br/>Build it"]' in drawn
    assert 's3{{"<b>sign-off</b><br/>Approve"}}' in drawn
    assert 's4[/"<b>roll-back</b><br/>Back"/]' in drawn
    assert "s1 --> s3" in drawn
    assert 's3 -->|"Failed"| s4' in drawn
    assert "subgraph finally" in drawn
    assert "s4 -.-> finally" in drawn


def test_a_strangers_title_cannot_break_the_diagram() -> None:
    """Quotes, HTML and Markdown are written in Mermaid's own notation."""
    graph = step_graph({"steps": [{"name": "end", "content": 'say "no" <script> `x` #1'}]})

    title = mermaid(graph, {}).split("<br/>")[1]

    assert title == 'say #quot;no#quot; #lt;script#gt; #96;x#96; #35;1"/]\n'


def test_a_run_has_the_colours_of_its_phases(capsys: Captured) -> None:
    """By its own name, and by the kept definition; a template of that name would win."""
    seen = run(
        phase="Active", reason="Running", steps=[step("build", "Succeeded", "Completed"), step("smoke", "Active")]
    )
    cluster = FakeCluster(workflows=FakeWorkflows(stored=[seen], kept=RELEASE))

    assert main(["diagram", "release-x7k2p"], cluster) == 0

    out = capsys.readouterr().out
    assert "class s0 Succeeded" in out
    assert "class s1 Active" in out


def test_a_file_needs_no_cluster(tmp_path: Path, capsys: Captured) -> None:
    """All workflows of the file; a picture shows one."""
    file = tmp_path / "two.yaml"
    one = "kind: TodoTemplate\nmetadata: {name: one}\nspec: {steps: [{name: a, content: A}]}\n"
    file.write_text(f"{one}---\nkind: ConfigMap\n---\n{one}")

    assert main(["diagram", str(file)]) == 0
    assert capsys.readouterr().out.count("flowchart TD") == 2
    assert main(["diagram", str(file), "-o", "svg"]) == 1
    assert "holds 2 workflows, a picture shows one" in capsys.readouterr().err
    file.write_text("kind: ConfigMap\n")
    assert main(["diagram", str(file)]) == 1
    assert "holds no TodoTemplate" in capsys.readouterr().err
    file.write_text("a: [")
    assert main(["diagram", str(file)]) == 1
    assert "two.yaml: while parsing" in capsys.readouterr().err
    assert main(["diagram", "none.yaml"]) == 1
    assert capsys.readouterr().err == "error: none.yaml: No such file or directory\n"


def test_what_is_neither_template_nor_run_keeps_the_words_of_kubectl(capsys: Captured) -> None:
    """And template/NAME is not looked for among the runs."""
    assert main(["diagram", "gone"], FakeCluster()) == 1
    assert 'todoworkflows.todo.myapp.dev "gone" not found' in capsys.readouterr().err
    assert main(["diagram", "template/gone"], FakeCluster()) == 1
    assert 'todotemplates.todo.myapp.dev "gone" not found' in capsys.readouterr().err


def test_a_template_is_drawn_as_it_is(capsys: Captured) -> None:
    """As a picture, too."""
    cluster = FakeCluster(workflows=FakeWorkflows(templates=[template({"name": "a", "content": "A & B"})]))

    assert main(["diagram", "release", "-o", "svg"], cluster) == 0

    assert [text.text for text in parsed(capsys.readouterr().out).iter(f"{SVG}text")][:2] == [
        "a",
        "A & B",
    ]


def test_the_picture_is_whole_and_no_box_covers_another() -> None:
    """A box for each step inside the picture, each apart from all others; a line for each dependency."""
    picture = parsed(svg(step_graph(RELEASE), {}, 'a "b" <c>'))
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    boxes = [
        tuple(float(box.attrib[name]) for name in ("x", "y", "width", "height")) for box in picture.iter(f"{SVG}rect")
    ]

    assert len(boxes) == 6
    assert all(x >= 0 and y >= 0 and x + wide <= width and y + high <= height for x, y, wide, high in boxes)
    for position, (x, y, wide, high) in enumerate(boxes):
        for other_x, other_y, _, _ in boxes[position + 1 :]:
            assert abs(x - other_x) >= wide or abs(y - other_y) >= high
    assert len([path for path in picture.iter(f"{SVG}path") if "marker-end" in path.attrib]) == 6
    assert not re.search(r"https?://(?!www\.w3\.org)", ET.tostring(picture, encoding="unicode"))


def test_layout_passes_boxes_by_and_crosses_little() -> None:
    """A line over several layers has a place on each; two pairs that could cross do not."""
    layout = layered({"a": 0, "b": 0, "c": 1, "d": 1, "e": 2}, [("a", "d"), ("b", "c"), ("a", "e"), ("c", "e")])

    assert len(layout.lines["a", "e"]) == 1
    assert layout.lines["a", "e"][0] not in layout.places.values()
    above = layout.places["a"][0] < layout.places["b"][0]
    assert (layout.places["d"][0] < layout.places["c"][0]) == above


def test_five_hundred_steps_are_drawn_at_once() -> None:
    """Fan-out and fan-in: the order of a layer is found without looking at each pair of lines too often."""
    middle = [{"name": f"m{n}", "content": "x", "dependsOn": [{"name": "first"}]} for n in range(498)]
    last = {"name": "last", "content": "x", "dependsOn": [{"name": f"m{n}"} for n in range(498)]}

    picture = svg(step_graph({"steps": [{"name": "first", "content": "x"}, *middle, last]}), {}, "wide")

    assert picture.count("<rect ") == 500
