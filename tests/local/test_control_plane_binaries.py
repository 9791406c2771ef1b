"""Binaries that the user has already (KUBEBUILDER_ASSETS) are taken instead of building."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.control_plane_binaries import ASSETS_VARIABLE, provide_binaries
from deploy.local.errors import BinariesError
from tests.local.fake_programs import calls_of, write_fake_go, write_program


@pytest.fixture
def go_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake Go on PATH and an empty cache."""
    folder = tmp_path / "go-bin"
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write_fake_go(folder)
    return folder


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that KUBEBUILDER_ASSETS names."""
    folder = tmp_path / "assets"
    folder.mkdir()
    monkeypatch.setenv(ASSETS_VARIABLE, str(folder))
    return folder


def test_complete_assets_need_no_build(assets: Path, go_folder: Path) -> None:
    """With all three programs in the folder nothing is built and no compiler is looked for."""
    for name in ("etcd", "kube-apiserver", "kube-controller-manager"):
        write_program(assets / name, "#!/bin/sh\n")
    assert {path.parent for path in provide_binaries().values()} == {assets}
    assert calls_of(go_folder) == []


def test_only_the_controller_manager_is_built_beside_setup_envtest(assets: Path, go_folder: Path) -> None:
    """setup-envtest ships no controller manager: that one is built, and the user is told."""
    for name in ("etcd", "kube-apiserver"):
        write_program(assets / name, "#!/bin/sh\n")
    output = io.StringIO()
    binaries = provide_binaries(Console(file=output, width=200))
    assert binaries["etcd"].parent == binaries["kube-apiserver"].parent == assets
    assert binaries["kube-controller-manager"].parent != assets
    assert "KUBEBUILDER_ASSETS has no kube-controller-manager" in output.getvalue()
    assert calls_of(go_folder).count("build") == 1


@pytest.mark.usefixtures("go_folder")
def test_incomplete_assets_are_an_error(assets: Path) -> None:
    """A folder that the user named but that lacks the API server is not silently replaced by a build."""
    write_program(assets / "etcd", "#!/bin/sh\n")
    (assets / "kube-apiserver").write_text("not executable")
    with pytest.raises(
        BinariesError, match=r"KUBEBUILDER_ASSETS=.* holds no executable kube-apiserver;.*setup-envtest"
    ):
        provide_binaries()
