"""The images that a node's pods can run: loaded from archives, so that no registry is needed."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import ImageError
from deploy.local.node.configuration import CONTAINERD_SOCKET

LOAD_TIMEOUT = 300.0
EXAMPLE = "`buildah push IMAGE docker-archive:FILE:localhost/NAME:TAG`"
UNPACKED = re.compile(r"^unpacking (\S+) \(", re.MULTILINE)


class ImageStore:
    """What containerd holds for the kubelet."""

    def __init__(self, launcher: tuple[str, ...], ctr: Path, environment: Mapping[str, str], snapshotter: str) -> None:
        """`launcher` is what a command is prefixed with that shall run on the node."""
        self._command: tuple[str, ...] = (
            *launcher,
            str(ctr),
            f"--address={CONTAINERD_SOCKET}",
            "--namespace=k8s.io",
            "images",
        )
        self._environment = {**os.environ, **environment}
        self._snapshotter = snapshotter

    def load(self, archive: Path) -> list[str]:
        """Load a docker or OCI archive (a tar file); returns the names of its images.

        A container names one of them just so, with `imagePullPolicy: IfNotPresent` or `Never`. Raises ImageError.
        """
        arguments = ("import", f"--snapshotter={self._snapshotter}", "-")
        try:
            said = self._run(*arguments, archive=archive)
        except ImageError as error:
            if "already exists" not in str(error):
                raise
            # Somebody loaded the same name at the same time and was a moment faster: now there is one to replace.
            said = self._run(*arguments, archive=archive)
        names = UNPACKED.findall(said)
        if not names:
            raise ImageError(f"{archive} holds no image with a name; name it when it is saved, as in {EXAMPLE}")
        return sorted(names)

    def names(self) -> list[str]:
        """The names of all images in the store. Raises ImageError."""
        return [name for name in self._run("list", "--quiet").split() if not name.startswith("sha256:")]

    def _run(self, *arguments: str, archive: Path | None = None) -> str:
        # The node's own /run and /var may hide where the archive is: it is opened out here.
        try:
            with Path(archive or os.devnull).open("rb") as content:
                completed = subprocess.run(
                    [*self._command, *arguments],
                    env=self._environment,
                    stdin=content,
                    capture_output=True,
                    text=True,
                    timeout=LOAD_TIMEOUT,
                    check=False,
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ImageError(f"{archive or 'the list of images'} cannot be read: {error}") from error
        if completed.returncode != 0:
            raise ImageError(
                f"{archive} is not loaded: {completed.stderr.strip() or 'no message'}; expected is a tar file, "
                f"a docker archive or an OCI archive, as in {EXAMPLE}"
            )
        return completed.stdout
