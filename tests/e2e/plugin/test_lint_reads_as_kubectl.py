"""`kubectl todo lint` takes plain words of YAML as the real kubectl does: what it calls clean can be applied."""

import json
from pathlib import Path

import pytest

from myapp.cli.todo.lint.manifests import read_all
from tests.e2e.plugin.plugin_runner import Plugin

pytestmark = pytest.mark.cluster

#: `-` and `~` alone would be a list and nothing.
WORDS = (
    *("y", "Y", "n", "N", "yes", "no", "Yes", "NO", "on", "off", "On", "true", "TRUE", "False", "null", "Null", "nil"),
    *("1", "-7", "+7", "010", "0x1f", "0b101", "1_000", "1e3", "1e-1", "1.5", "1.", ".5", "-0.25", "12:30", "1:1.5"),
    *("=", "2026-12-01", "2026-12-01T08:00:00Z", "2.5.1", "v1", "1e", "0xg", "08x", "_1", "--", "5e12x", "<none>"),
)


def test_plain_words_are_what_kubectl_makes_of_them(plugin: Plugin, tmp_path: Path) -> None:
    """Of the same types, too: 1 is not true."""
    file = tmp_path / "words.yaml"
    values = "".join(f"    v{number}: {word}\n" for number, word in enumerate(WORDS))
    file.write_text(
        "apiVersion: todo.myapp.dev/v1alpha1\nkind: TodoWorkflow\nmetadata: {name: words}\n"
        f"spec:\n  steps: [{{name: a, content: A}}]\n  params:\n{values}"
    )

    code, said, problem = plugin.run("create", "--dry-run=client", "-o", "json", "-f", str(file))

    assert code == 0, problem
    (manifest,), findings = read_all([str(file)])
    assert findings == []
    mine, kubectls = manifest.content["spec"]["params"], json.loads(said)["spec"]["params"]
    assert {name: repr(value) for name, value in mine.items()} == {name: repr(each) for name, each in kubectls.items()}
