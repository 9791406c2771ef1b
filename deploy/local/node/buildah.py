"""Builds images with the real buildah, without a daemon and without a registry, in a storage of its own.

The storage is in the cache folder: layers are kept from one build to the next and may be deleted at any time. Nothing
of the user's containers is read or changed, neither /etc/containers nor /var/lib/containers. It needs root, no node.
"""

import json
import os
import subprocess
from pathlib import Path

from rich.console import Console

from deploy.local.cache import cache_folder
from deploy.local.errors import ImageError, NodeError
from deploy.local.node.packages import DebianPackages, provide_packages
from deploy.local.node.requirements import find_obstacle

BUILD_TIMEOUT = 1800.0
IN_OWN_MOUNTS = """\
for folder in $LIBRARIES; do
  mount -t overlay -o "lowerdir=$folder:/usr/lib/${folder##*/}" myapp-libraries "/usr/lib/${folder##*/}"
done
case "$STORAGE" in
  /var/lib/*) ;;
  *) mount --bind "$STORAGE/var-lib" /var/lib ;;
esac
exec "$@"
"""
"""Runs a command in mounts of its own: libraries of the packages beside the system's, and nothing written to /var/lib.

For RUN, buildah starts itself again with an empty environment, and so without LD_LIBRARY_PATH; and wherever its storage
is, it keeps a cache under /var/lib.
"""
LAST_LINES = 30


class Buildah:
    """The buildah command with its storage in one folder."""

    def __init__(self, packages: DebianPackages, storage: Path) -> None:
        """`storage` is created when missing."""
        self._storage = storage
        self._command = ("unshare", "--mount", "sh", "-euc", IN_OWN_MOUNTS, "sh", packages.program("buildah"))
        home = storage / "home"
        self._environment = {
            **os.environ,
            **packages.environment(),
            "LIBRARIES": " ".join(map(str, packages.library_folders())),
            "STORAGE": str(storage),
            "HOME": str(home),
            "BUILDAH_ISOLATION": "chroot",
            "CONTAINERS_CONF": str(storage / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(storage / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(storage / "registries.conf"),
        }
        policy = home / ".config" / "containers" / "policy.json"
        policy.parent.mkdir(parents=True, exist_ok=True)
        (storage / "var-lib").mkdir(exist_ok=True)
        policy.write_text(json.dumps({"default": [{"type": "insecureAcceptAnything"}]}))
        (storage / "containers.conf").write_text("")
        (storage / "registries.conf").write_text("")
        (storage / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{storage / "layers"}"\nrunroot = "{storage / "run"}"\n'
        )

    def run(self, *arguments: str | Path, cwd: Path | None = None, timeout: float = BUILD_TIMEOUT) -> str:
        """Run one command of buildah, such as `bud`, to its end; returns what it printed.

        Raises ImageError with the last lines of what it said.
        """
        shown = " ".join(("buildah", *map(str, arguments)))
        try:
            completed = subprocess.run(
                [*self._command, *arguments],
                cwd=cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ImageError(f"`{shown}` did not end within {timeout:.0f} s") from error
        except OSError as error:
            raise ImageError(f"`{shown}` cannot be run: {error}") from error
        if completed.returncode != 0:
            last = (completed.stdout + completed.stderr).strip().splitlines()[-LAST_LINES:]
            raise ImageError(f"`{shown}` ended with {completed.returncode}:\n" + "\n".join(last))
        return completed.stdout

    def save(self, image: str, archive: Path) -> None:
        """Write an image of the storage to a docker archive, which `LocalNode.load` takes. Raises ImageError."""
        archive.unlink(missing_ok=True)  # buildah does not overwrite one
        self.run("push", "--quiet", image, f"docker-archive:{archive}:{image}")


def provide_buildah(console: Console | None = None, storage: Path | None = None) -> Buildah:
    """buildah, downloaded now if it is not in the cache; `storage` None is the cache folder's own.

    Raises NodeError where it cannot run, BinariesError when it cannot be downloaded.
    """
    if obstacle := find_obstacle():
        raise NodeError(obstacle)
    return Buildah(provide_packages(console), storage or cache_folder() / "images")
