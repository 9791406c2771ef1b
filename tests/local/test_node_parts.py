"""The parts of a node that can be tried without one: addresses, control groups, packages, the first image."""

import hashlib
import io
import ipaddress
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.errors import BinariesError, StartError
from deploy.local.node import cgroups
from deploy.local.node.image_archive import write_program_image
from deploy.local.node.network import choose_network, used_networks
from deploy.local.node.packages import PACKAGES, provide_packages
from tests.local.fake_programs import write_program

APT_GET = """\
#!/bin/sh
# Answers as apt-get does: `update` reads lists, `install --download-only` puts archives where it is told.
echo "$*" >> "$(dirname "$0")/apt-calls"
for argument; do
  case "$argument" in Dir::Cache::Archives=*) archives="${argument#*=}" ;; esac
done
case "$*" in
  *" update") echo "Get:1 http://archive.example bookworm InRelease" ;;
  *--download-only*)
    echo "dlstatus:1:12.5:Retrieving"
    __DOWNLOAD__
    ;;
esac
"""
DOWNLOADS = 'echo containerd > "$archives/containerd.deb"; echo iptables > "$archives/iptables.deb"'
DPKG_DEB = """\
#!/bin/sh
# Unpacks as dpkg-deb does: a program named after the archive, and for iptables what its install script builds upon.
mkdir -p "$3/usr/sbin" "$3/usr/lib/x86_64-linux-gnu/xtables"
program="$3/usr/sbin/$(cat "$2")"
test "$(cat "$2")" = iptables && program="$3/usr/sbin/xtables-nft-multi"
echo '#!/bin/sh' > "$program"; chmod +x "$program"
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nodes need Linux")

WriteApt = Callable[[str], Path]


@pytest.fixture
def write_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteApt:
    """A fake apt-get and dpkg-deb on PATH, and an empty cache."""
    folder = tmp_path / "apt-bin"
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def write(download: str) -> Path:
        write_program(folder / "apt-get", APT_GET.replace("__DOWNLOAD__", download))
        write_program(folder / "dpkg-deb", DPKG_DEB)
        return folder

    return write


def test_packages_are_fetched_once_and_beside_the_system(write_apt: WriteApt, tmp_path: Path) -> None:
    """apt writes to folders of ours alone, says how far it is, and is not asked again; its choices are made for it."""
    folder = write_apt(DOWNLOADS)
    output = io.StringIO()
    packages = provide_packages(Console(file=output, width=200))
    assert packages.root.is_relative_to(tmp_path / "cache")
    assert packages.program("containerd") == packages.root / "usr/sbin/containerd"
    assert packages.program("iptables-restore").resolve().name == "xtables-nft-multi"
    assert packages.program("sh").is_absolute()
    assert packages.environment()["XTABLES_LIBDIR"] == str(packages.root / "usr/lib/x86_64-linux-gnu/xtables")
    assert "downloading containerd, runc" in output.getvalue()

    assert provide_packages() == packages
    calls = (folder / "apt-calls").read_text().splitlines()
    assert len(calls) == 2
    for call in calls:
        for place in ("Dir::State::Lists", "Dir::Cache", "Dir::Cache::Archives"):
            assert f"{place}={tmp_path / 'cache'}" in call
    assert all(package in calls[1].split() for package in PACKAGES)
    with pytest.raises(BinariesError, match=r"absent-program is neither in .* nor on PATH; .*Delete .* and try again"):
        packages.program("absent-program")


@pytest.mark.parametrize(
    "complaint", ["E: Unable to locate package containerd", "E: Failed to fetch http://archive.example/containerd.deb"]
)
def test_failed_download_is_explained_and_leaves_nothing(write_apt: WriteApt, tmp_path: Path, complaint: str) -> None:
    """What apt complained of is quoted, with what to check; the cache holds nothing half-made."""
    write_apt(f"echo noise; echo '{complaint}'; exit 100")
    with pytest.raises(BinariesError, match=f"cannot be downloaded:\n{complaint}\n.*/etc/apt"):
        provide_packages(Console(file=io.StringIO()))
    left = [path.name for path in (tmp_path / "cache").rglob("*") if path.name != "packages.lock"]
    assert left == ["myapp", "packages"]


def test_first_network_that_overlaps_nothing_is_chosen() -> None:
    """Neither another node's line nor a wider route of the machine is crossed; a full pool is an error."""
    used = [ipaddress.IPv4Network(text) for text in ("10.213.0.0/30", "10.213.0.8/29", "192.168.1.0/24")]
    assert choose_network(used) == ipaddress.IPv4Network("10.213.0.4/30")
    assert choose_network([*used, ipaddress.IPv4Network("10.213.0.0/24")]) == ipaddress.IPv4Network("10.213.1.0/30")
    with pytest.raises(StartError, match=r"every address in 10\.213\.0\.0/20 is used"):
        choose_network([ipaddress.IPv4Network("10.0.0.0/8")])


def test_networks_of_this_machine_are_seen() -> None:
    """Interfaces count, and the default route, which would cover everything, does not."""
    used = list(used_networks())
    assert any(ipaddress.IPv4Address("127.0.0.1") in network for network in used)
    assert all(network.prefixlen > 0 for network in used)


def _unified(folder: Path, controllers: str) -> Path:
    folder.mkdir()
    (folder / "cgroup.controllers").write_text(controllers)
    (folder / "cgroup.subtree_control").write_text("")
    return folder


def test_control_groups_of_version_2_must_limit_what_the_kubelet_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Controllers are switched on for the node's group; where that does not help, the error names what is missing."""
    root = _unified(tmp_path / "cgroup", "cpu cpuset memory pids io")
    monkeypatch.setattr(cgroups, "CGROUPS", root)
    _unified(root / "ours", "cpu cpuset memory pids")
    cgroups.create_group("ours")
    assert (root / "cgroup.subtree_control").read_text().startswith("+")
    (root / "ours" / "cgroup.controllers").write_text("memory")
    with pytest.raises(StartError, match=r"cannot limit cpu, cpuset, pids .*--privileged --cgroupns=host"):
        cgroups.create_group("ours")


def test_groups_are_removed_from_the_bottom_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 1 has one hierarchy for each controller; the group goes from all of them, others stay."""
    monkeypatch.setattr(cgroups, "CGROUPS", tmp_path)
    for controller in ("cpu", "memory"):
        (tmp_path / controller / "ours" / "kubepods" / "pod").mkdir(parents=True)
        (tmp_path / controller / "theirs").mkdir()
        (tmp_path / controller / "cgroup.procs").write_text("")
    cgroups.remove_group("ours")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir()) == ["cpu", "memory", "theirs", "theirs"]


def test_image_of_one_program_is_a_docker_archive(tmp_path: Path) -> None:
    """Manifest, configuration and layer fit together, and the program can be run by any user."""
    program = write_program(tmp_path / "program", "content")
    archive = tmp_path / "image.tar"
    write_program_image(archive, program, "localhost/program:1")
    with tarfile.open(archive) as image:
        files = {name: (image.extractfile(name) or io.BytesIO()).read() for name in image.getnames()}
    (manifest,) = json.loads(files["manifest.json"])
    assert manifest["RepoTags"] == ["localhost/program:1"]
    config = json.loads(files[manifest["Config"]])
    (layer,) = (files[name] for name in manifest["Layers"])
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert config["config"]["Entrypoint"] == ["/program"]
    with tarfile.open(fileobj=io.BytesIO(layer)) as content:
        assert content.getmember("program").mode == 0o755
