"""Where no node can run, one sentence says what is missing and how it is had: for tests to skip, for people to act."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.local import ClusterOptions, LocalCluster, NodeError, provide_buildah
from deploy.local.cli import cli
from deploy.local.errors import StartError
from deploy.local.node import cgroups, requirements
from deploy.local.node.mounts import require_visible

Simulate = Callable[[pytest.MonkeyPatch, Path], object]


def _other_system(patch: pytest.MonkeyPatch, _: Path) -> None:
    patch.setattr("platform.system", lambda: "Darwin")


def _other_user(patch: pytest.MonkeyPatch, _: Path) -> None:
    patch.setattr("os.geteuid", lambda: 1000)


def _other_distribution(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("unshare", "nsenter", "mount"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    patch.setenv("PATH", str(folder))


def _small_image(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("apt-get", "dpkg-deb", "mount"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    patch.setenv("PATH", str(folder))


def _no_control_groups(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(cgroups, "CGROUPS", folder / "absent")


def _no_overlay(patch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "filesystems").write_text("nodev\tproc\n\text4\n")
    patch.setattr(requirements, "FILE_SYSTEMS", folder / "filesystems")


def _no_namespaces(patch: pytest.MonkeyPatch, _: Path) -> None:
    refusal = ("sh", "-c", "echo 'unshare failed: Operation not permitted' >&2; exit 1")
    patch.setattr(requirements, "NAMESPACES_TRIAL", refusal)


@pytest.mark.parametrize(
    ("simulate", "sentence"),
    [
        (_other_system, "containers need Linux, this is Darwin; use a Linux machine, or a cluster that you have"),
        (_other_user, "it takes root, this is user 1000; run it with sudo"),
        (_other_distribution, "there is no apt-get and no dpkg-deb: .* packages of Debian or Ubuntu; use one of these"),
        (_small_image, "there is no unshare and no nsenter; `apt-get install util-linux` brings it"),
        (
            _no_control_groups,
            "there are no control groups at /sys/fs/cgroup; in a container, start it with",
        ),
        (_no_overlay, "the kernel has no overlay file system, .*; `modprobe overlay` loads it"),
        (_no_namespaces, r"root may not create namespaces here \(unshare failed: .*\); .* use a virtual machine"),
    ],
)
def test_what_is_missing_is_named(
    simulate: Simulate, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every requirement has its sentence, and whoever wants a node gets it as an error before anything is built."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    simulate(monkeypatch, tmp_path)
    obstacle = requirements.find_obstacle()
    assert obstacle is not None
    with pytest.raises(NodeError, match=f"^no node can run here: {sentence}"):
        raise NodeError(obstacle)


@pytest.mark.cluster
@pytest.mark.usefixtures("state_folder")
def test_whoever_wants_a_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python, buildah and the command line all end with the reason; `build` alone goes on without the node."""
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
