"""The command line of `myapp crds`: what it prints and writes, and which usage it refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from myapp.cli.operator import main
from myapp.infrastructure.crd.generate import render_crds


def test_it_prints_the_crds() -> None:
    """As one stream of YAML documents, for a pipe into kubectl."""
    result = CliRunner().invoke(main, ["crds"])

    assert result.exit_code == 0
    assert result.stdout == "---\n".join(render_crds().values())


def test_it_writes_the_crds(tmp_path: Path) -> None:
    """A file each, in a folder that need not exist."""
    result = CliRunner().invoke(main, ["crds", "--output", str(tmp_path / "new")])

    assert result.exit_code == 0
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == render_crds()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "folder", "apply"], "--output writes files and goes with no further command"),
        (["apply", "--timeout", "60"], "found '60', allowed is a duration such as 90s"),
        (["apply", "--timeout", "0s"], "found '0s', allowed is any duration above zero"),
        (["remove"], "No such command 'remove'"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str) -> None:
    """Exit code 2, before anything is done."""
    result = CliRunner().invoke(main, ["crds", *arguments])

    assert result.exit_code == 2
    assert message in result.stderr


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside a pod and without a kubeconfig it says what was tried."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))

    result = CliRunner().invoke(main, ["crds", "apply"])

    assert result.exit_code == 1
    assert "no access to a Kubernetes API server" in result.stderr
