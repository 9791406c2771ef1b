"""The node's programs that no Go module offers, from Debian's packages, unpacked into the user's cache folder.

Nothing is installed: apt resolves and downloads into lists and caches of its own, dpkg-deb unpacks, and the programs
run from where they lie. Dependencies that the system has already are used as they are.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.local.build_progress import BuildProgress
from deploy.local.cache import GIB, cache_folder, only_one, require_free_space
from deploy.local.errors import BinariesError
from deploy.local.node.apt import Apt

PACKAGES = (
    "containerd",
    "runc",
    "containernetworking-plugins",
    "iptables",
    "iproute2",
    "buildah",
)
UNPACKED_SIZE = GIB // 2
UNPACK_TIMEOUT = 120.0
PROGRAM_FOLDERS = ("usr/sbin", "usr/bin", "sbin", "bin")


@dataclass(frozen=True, slots=True)
class DebianPackages:
    """Unpacked packages; what they lack, the system has."""

    root: Path

    def program(self, name: str) -> Path:
        """The path of one program. Raises BinariesError when neither the packages nor the system have it."""
        for folder in PROGRAM_FOLDERS:
            if os.access(self.root / folder / name, os.X_OK):
                return self.root / folder / name
        if found := shutil.which(name, path=self.search_path()):
            return Path(found)
        raise BinariesError(
            f"{name} is neither in {self.root} nor on PATH; was its package removed from the system? Delete "
            f"{self.root} and try again"
        )

    def search_path(self) -> str:
        """PATH with the packages' programs before the system's."""
        folders = [str(self.root / folder) for folder in PROGRAM_FOLDERS]
        return os.pathsep.join((*folders, os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))

    def cni_plugins(self) -> Path:
        """The folder of the network plug-ins."""
        unpacked = self.root / "usr/lib/cni"
        return unpacked if unpacked.is_dir() else Path("/usr/lib/cni")

    def library_folders(self) -> list[Path]:
        """The folders of shared libraries; programs look in folders of the same names under /usr/lib."""
        return [folder for folder in sorted((self.root / "usr/lib").glob("*-linux-*")) if folder.is_dir()]

    def environment(self) -> dict[str, str]:
        """What a program of these packages needs in its environment, beside everything else."""
        libraries = self.library_folders()
        variables = {"PATH": self.search_path(), "LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries))}
        for folder in libraries:
            if (folder / "xtables").is_dir():
                variables["XTABLES_LIBDIR"] = str(folder / "xtables")
        return variables


def provide_packages(console: Console | None = None) -> DebianPackages:
    """The packages, downloaded and unpacked now if they are not in the cache; progress goes to stderr.

    Raises BinariesError: no network, no space, or a distribution that does not have them.
    """
    console = console or Console(stderr=True)
    folder = cache_folder() / "packages"
    root = folder / _key()
    if root.is_dir():
        return DebianPackages(root)

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    with only_one(folder / "packages.lock", "another process is fetching the node's packages; waiting for it", say):
        if not root.is_dir():
            require_free_space(folder, UNPACKED_SIZE, "unpacking the node's packages")
            _fetch(root, console)
            say(f"unpacked into {root}")
    return DebianPackages(root)


def _fetch(root: Path, console: Console) -> None:
    for left_over in root.parent.glob(".fetching-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=".fetching-", dir=root.parent) as scratch,
        BuildProgress(console) as progress,
    ):
        apt = Apt(Path(scratch))
        progress.begin("reading the lists of the distribution's packages")
        apt.update(progress.advance)
        progress.begin(f"downloading {', '.join(PACKAGES)}", 100, unit="")
        archives = apt.download(PACKAGES, progress.reach)
        unpacked = Path(scratch) / "root"
        unpacked.mkdir()
        progress.begin("unpacking packages")
        for archive in archives:
            progress.advance(archive.name)
            _unpack(archive, unpacked)
        _choose_packet_filter(unpacked / "usr/sbin")
        unpacked.rename(root)


def _unpack(archive: Path, target: Path) -> None:
    try:
        subprocess.run(
            ["dpkg-deb", "--extract", archive, target],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=UNPACK_TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise BinariesError(f"{archive.name} cannot be unpacked: {error.stderr.strip()}") from error


def _choose_packet_filter(folder: Path) -> None:
    # The package leaves the choice between the two kinds to its install script.
    program = folder / "xtables-nft-multi"
    for family in ("iptables", "ip6tables"):
        for command in (family, f"{family}-save", f"{family}-restore"):
            if program.exists() and not (folder / command).exists():
                (folder / command).symlink_to(program.name)


def _key() -> str:
    release = platform.freedesktop_os_release()
    system = f"{release.get('ID', 'linux')}-{release.get('VERSION_ID', 'rolling')}-{platform.machine()}"
    return f"{system}-{hashlib.sha256(' '.join(PACKAGES).encode()).hexdigest()[:12]}"
