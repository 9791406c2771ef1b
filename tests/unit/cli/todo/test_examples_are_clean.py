"""What is shown to others is right: `kubectl todo lint examples` finds nothing, and every workflow can be drawn."""

from pathlib import Path

import pytest
import yaml

from myapp.cli.todo.main import main

EXAMPLES = Path(__file__).parents[4] / "examples"
TEMPLATES = sorted(EXAMPLES.glob("workflows/*/template.yaml"))


def test_examples_lint_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Templates with the runs that name them, and the Todos of the release."""
    assert main(["lint", str(EXAMPLES)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("output", ["mermaid", "svg"])
def test_examples_are_drawn(template: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a cluster."""
    assert main(["diagram", str(template), "-o", output]) == 0
    drawn, spec = capsys.readouterr().out, yaml.safe_load(template.read_text())["spec"]
    assert [step["name"] for step in (*spec["steps"], *spec.get("finally", ())) if step["name"] not in drawn] == []
    assert len(TEMPLATES) == 3
