"""Programs built beside the control plane: each from its own module, whole, and calling itself by its version."""

import subprocess
from pathlib import Path

import pytest

from deploy.local.tools import helm_binary
from tests.local.fake_programs import COMPILES, calls_of, write_fake_go


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.usefixtures("empty_cache")
def test_helm_is_built_once_from_its_own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helm is compiled in the folder that pins Helm, with Helm's flags; the second call finds it."""
    folder = tmp_path / "go-bin"
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    seen = f'pwd >> {tmp_path}/where; echo "$*" >> {tmp_path}/where'
    write_fake_go(
        folder, build=COMPILES.format(first="true").replace("server", "helm").replace("while", f"{seen}; while")
    )
    helm = helm_binary()
    assert helm.read_text() == "built\n"
    assert helm_binary() == helm
    assert calls_of(folder).count("build") == 1
    where, arguments = (tmp_path / "where").read_text().splitlines()
    assert where.endswith("deploy/local/binaries/helm")
    assert "version.version=v4.3.1" in arguments
    assert arguments.endswith("helm.sh/helm/v4/cmd/helm")


@pytest.mark.cluster
def test_real_helm_knows_its_version(helm: Path) -> None:
    """The program runs and names the version that charts are checked against."""
    said = subprocess.run([helm, "version", "--short"], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.strip() == "v4.3.1"
