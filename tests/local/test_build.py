"""Building the control plane: once, whole or not at all, never silently, and with errors that help. Go is a fake."""

import io
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.build import Builder
from deploy.local.build_recipe import BuildRecipe, read_recipe
from deploy.local.errors import BinariesError
from deploy.local.go_modules import KUBERNETES
from tests.local.conftest import read_until
from tests.local.fake_programs import COMPILES, calls_of, write_fake_go

ALL = ("etcd", "kube-apiserver", "kube-controller-manager")


@pytest.fixture
def recipe() -> BuildRecipe:
    """The control plane's recipe."""
    return read_recipe(KUBERNETES)


@pytest.fixture
def output() -> io.StringIO:
    """What the user sees."""
    return io.StringIO()


@pytest.fixture
def go_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first folder on PATH, for a fake go."""
    folder = tmp_path / "go-bin"
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


@pytest.fixture
def builder(recipe: BuildRecipe, tmp_path: Path, output: io.StringIO) -> Builder:
    """A builder with an empty cache."""
    return Builder(recipe, tmp_path / "cache", Console(file=output, width=200))


def test_builds_once(builder: Builder, go_folder: Path, output: io.StringIO) -> None:
    """The first call builds and says what and how far; the second finds everything and says nothing."""
    write_fake_go(go_folder)
    programs = builder.provide(ALL)
    assert {name: path.read_text() for name, path in programs.items()} == dict.fromkeys(ALL, "built\n")
    assert [call for call in calls_of(go_folder) if call != "env"] == ["list", "build"]
    assert "building etcd, kube-apiserver, kube-controller-manager v1.36.3 with Go 1.99.0" in output.getvalue()
    assert "0 of 4 packages" in output.getvalue()

    said = output.getvalue()
    assert builder.provide(ALL) == programs
    assert calls_of(go_folder).count("build") == 1
    assert output.getvalue() == said


def test_builds_only_what_is_missing(builder: Builder, go_folder: Path, output: io.StringIO) -> None:
    """A cache that lacks one program gets that one; the others are not touched."""
    write_fake_go(go_folder)
    etcd = builder.provide(["etcd"])["etcd"]
    etcd.write_text("kept")
    builder.provide(ALL)
    assert etcd.read_text() == "kept"
    assert "building kube-apiserver, kube-controller-manager" in output.getvalue()


@pytest.mark.parametrize(
    ("complaint", "explained"),
    [
        ("main.go:7:2: undefined: Foo", "does not compile; the compiler's last lines:\nmain.go:7:2: undefined: Foo"),
        ("dial tcp: lookup proxy: no such host", "Go modules cannot be downloaded"),
        ("write /c/x.a: no space left on device", "the disk became full during the build"),
    ],
)
def test_failed_build_is_explained(builder: Builder, go_folder: Path, complaint: str, explained: str) -> None:
    """A build that fails says what was wrong and what to do, and leaves nothing half-made in the cache."""
    write_fake_go(go_folder, build=f"echo '{complaint}' >&2; exit 1")
    with pytest.raises(BinariesError) as raised:
        builder.provide(ALL)
    assert explained in str(raised.value)
    assert complaint in str(raised.value)
    assert _files_in_cache(go_folder.parent) == []


def test_full_disk_is_noticed_before_the_build(
    builder: Builder, go_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With too little room the build does not begin, and the message names folder, need and what is free."""
    write_fake_go(go_folder)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with pytest.raises(BinariesError, match=r"disk is too full: .* needs about .* GiB under .*, 0\.0 GiB are free"):
        builder.provide(ALL)
    assert "build" not in calls_of(go_folder)


def test_two_builds_at_once(
    tmp_path: Path, go_folder: Path, spawn_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """One process builds; the other says that it waits, and then uses the result."""
    go_on = tmp_path / "go-on"
    write_fake_go(go_folder, build=COMPILES.format(first=f"while [ ! -e {go_on} ]; do sleep 0.1; done"))
    cache = str(tmp_path / "user-cache")
    first = spawn_python("-m", "deploy.local", "build", XDG_CACHE_HOME=cache, HOME=cache)
    read_until(first, "compiling")
    second = spawn_python("-m", "deploy.local", "build", XDG_CACHE_HOME=cache, HOME=cache)
    assert "another process is building" in read_until(second, "waiting")[0]
    go_on.touch()
    assert "control plane: " in read_until(second, "control plane")[-1]
    assert first.wait(40) == second.wait(40) == 0
    assert calls_of(go_folder).count("build") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_build_leaves_no_program(
    tmp_path: Path, go_folder: Path, spawn_python: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    """A build that is stopped half-way leaves no program in the cache and no compiler running; the next one builds."""
    half_way = COMPILES.replace("done", f"done; echo $$ > {tmp_path}/compiler; exec sleep 60")
    write_fake_go(go_folder, build=half_way.format(first="true"))
    cache = str(tmp_path / "user-cache")
    stopped = spawn_python("-m", "deploy.local", "build", XDG_CACHE_HOME=cache, HOME=cache)
    compiler = _await_text(tmp_path / "compiler").strip()
    stopped.send_signal(number)
    assert stopped.wait(40) != 0
    _await_absence(Path("/proc") / compiler)
    programs = [path for path in Path(cache).rglob("*") if path.name in ALL and ".building-" not in str(path)]
    assert programs == []

    write_fake_go(go_folder)
    again = spawn_python("-m", "deploy.local", "build", XDG_CACHE_HOME=cache, HOME=cache)
    assert again.wait(40) == 0
    assert list(Path(cache).rglob(".building-*")) == []


def _files_in_cache(folder: Path) -> list[Path]:
    return [path for path in (folder / "cache").rglob("*") if path.is_file() and path.name != "build.lock"]


def _await_text(path: Path) -> str:
    deadline = time.monotonic() + 40
    while not (path.exists() and path.read_text()):
        if time.monotonic() > deadline:
            pytest.fail(f"{path} did not appear")
        time.sleep(0.05)
    return path.read_text()


def _await_absence(path: Path) -> None:
    deadline = time.monotonic() + 40
    while path.exists():
        if time.monotonic() > deadline:
            pytest.fail(f"{path} is still there")
        time.sleep(0.05)
