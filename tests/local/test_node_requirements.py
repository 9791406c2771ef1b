"""Where no node can run, one sentence says what is missing and how it is had: for tests to skip, for people to act."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.local import ClusterOptions, LocalCluster, NodeError, provide_buildah
from deploy.local.cli import cli
from deploy.local.errors import StartError
from deploy.local.layout import PROJECT_ROOT
from deploy.local.node import cgroups, requirements
from deploy.local.node.mounts import require_visible
from tests.local.fake_programs import write_program

World = pytest.MonkeyPatch
Simulate = Callable[[World, Path], object]


@pytest.fixture
def able_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that has all that a node needs; returns the folder of its programs."""
    programs = tmp_path / "programs"
    for name in requirements.PROGRAMS:
        write_program(programs / name, "#!/bin/sh\n")
    (tmp_path / "cgroup.controllers").write_text("cpu cpuset memory pids")
    (tmp_path / "filesystems").write_text("nodev\tproc\nnodev\toverlay\n\text4\n")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(cgroups, "CGROUPS", tmp_path)
    monkeypatch.setattr(requirements, "FILE_SYSTEMS", tmp_path / "filesystems")
    monkeypatch.setattr(requirements, "NAMESPACES_TRIAL", ("/bin/sh", "-c", "exit 0"))
    return programs


def _other_system(patch: World, _: Path) -> None:
    patch.setattr("platform.system", lambda: "Darwin")


def _other_user(patch: World, _: Path) -> None:
    patch.setattr("os.geteuid", lambda: 1000)


def _other_distribution(_: World, programs: Path) -> None:
    (programs / "apt-get").unlink()
    (programs / "dpkg-deb").unlink()


def _small_system(_: World, programs: Path) -> None:
    (programs / "unshare").unlink()
    (programs / "nsenter").unlink()


def _no_control_groups(patch: World, programs: Path) -> None:
    patch.setattr(cgroups, "CGROUPS", programs / "absent")


def _no_overlay(_: World, programs: Path) -> None:
    (programs.parent / "filesystems").write_text("nodev\tproc\n\text4\n")


def _no_namespaces(patch: World, _: Path) -> None:
    refusal = ("/bin/sh", "-c", "echo 'unshare failed: Operation not permitted' >&2; exit 1")
    patch.setattr(requirements, "NAMESPACES_TRIAL", refusal)


@pytest.mark.usefixtures("able_machine")
def test_nothing_is_missing_where_all_is_there() -> None:
    """What the next test takes away piece by piece is all that is asked for."""
    assert requirements.find_obstacle() is None


@pytest.mark.parametrize(
    ("simulate", "sentence"),
    [
        (_other_system, "containers need Linux, this is Darwin; use a Linux machine, or a cluster that you have"),
        (_other_user, "it takes root, this is user 1000; run it with sudo"),
        (_other_distribution, "there is no apt-get and no dpkg-deb: .* packages of Debian or Ubuntu; use one of these"),
        (_small_system, "there is no unshare and no nsenter; `apt-get install util-linux` brings it"),
        (_no_control_groups, "there are no control groups at /sys/fs/cgroup; in a container, start it with"),
        (_no_overlay, "the kernel has no overlay file system, .*; `modprobe overlay` loads it"),
        (_no_namespaces, r"root may not create namespaces here \(unshare failed: .*\); .* use a virtual machine"),
    ],
)
def test_what_is_missing_is_named(
    simulate: Simulate, sentence: str, monkeypatch: pytest.MonkeyPatch, able_machine: Path
) -> None:
    """Every requirement has its sentence, which says what was found and what helps."""
    simulate(monkeypatch, able_machine)
    assert re.match(f"no node can run here: {sentence}", requirements.find_obstacle() or "")


@pytest.mark.cluster
@pytest.mark.usefixtures("state_folder")
def test_whoever_wants_a_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python, buildah and the command line all end with the reason, before anything is built or started.

    `build` alone goes on without the node.
    """
    _other_user(monkeypatch, Path())
    with pytest.raises(NodeError, match="it takes root"):
        LocalCluster.start(ClusterOptions(name="wanted", node=True))
    with pytest.raises(NodeError, match="it takes root"):
        provide_buildah()
    runner = CliRunner()
    up = runner.invoke(cli, ["up", "--node", "--name", "wanted"])
    assert isinstance(up.exception, NodeError)
    build = runner.invoke(cli, ["build", "--node"])
    assert build.exit_code == 0
    assert "node: no node can run here: it takes root" in build.output


@pytest.mark.cluster
def test_cluster_without_a_node_says_so(cluster: LocalCluster) -> None:
    """Asking for the node of a cluster that has none names the way to get one."""
    with pytest.raises(NodeError, match=r"has no node; start it with one: `python -m deploy\.local up --node --name"):
        _ = cluster.node


@pytest.mark.parametrize("place", ["/run/state", "/var/lib/state", "/var/log/state/deep"])
def test_files_where_the_node_has_its_own_are_refused(place: str) -> None:
    """A cluster folder that the node would hide from itself is refused with the variable that moves it."""
    with pytest.raises(StartError, match=r"cannot be kept in .*MYAPP_LOCAL_STATE"):
        require_visible(Path(place))


@pytest.mark.cluster
def test_tests_of_the_node_are_skipped_with_the_reason(tmp_path: Path) -> None:
    """Where no node can run, its tests are reported as skipped, each with what is missing."""
    tests = Path(__file__).with_name("test_node.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", str(tests)]
    environment = {**os.environ, "PATH": str(tmp_path), "PYTEST_ADDOPTS": ""}
    ended = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "no node can run here: there is no unshare" in ended.stdout
    assert " passed" not in ended.stdout
    assert " skipped" in ended.stdout
