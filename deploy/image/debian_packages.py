"""Downloads Debian's packages by name and unpacks them into a folder, beside the system's own apt.

No dependencies are followed: a base image holds exactly the packages that it names. What packages do while they are
installed is not done here; where a file comes about that way, the base image makes it.
"""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from deploy.local.errors import ImageError

TIMEOUT = 600.0
LAST_LINES = 20


def unpack_packages(names: Iterable[str], scratch: Path, target: Path) -> None:
    """Unpack the newest version of each package that the system's sources offer; `scratch` is an empty folder.

    Raises ImageError: no network, or no such package.
    """
    lists, archives = scratch / "lists", scratch / "archives"
    for folder in (lists / "partial", archives):
        folder.mkdir(parents=True)
    settings = {
        "Dir::State::Lists": lists,
        "Dir::Cache": scratch,
        "Debug::NoLocking": "1",
        # Its own download user may not enter the folder, which is private.
        "APT::Sandbox::User": "root",
        "Acquire::Retries": "3",
        "Acquire::Languages": "none",
    }
    options = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    _run("apt-get", "--quiet", *options, "update", cwd=scratch)
    _run("apt-get", "--quiet", *options, "download", *names, cwd=archives)
    for archive in sorted(archives.glob("*.deb")):
        _run("dpkg-deb", "--extract", archive, target, cwd=scratch)


def _run(*command: str | Path, cwd: Path) -> None:
    shown = f"{command[0]} {command[-1]}"
    try:
        completed = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ImageError(f"`{shown}` cannot be run: {error}") from error
    if completed.returncode != 0:
        said = "\n".join((completed.stdout + completed.stderr).strip().splitlines()[-LAST_LINES:])
        raise ImageError(
            f"the base images cannot be put together: `{shown}` ended with {completed.returncode}:\n{said}\n"
            "They are of Debian 12; elsewhere build the Dockerfile with bases from a registry: `docker build .`"
        )
