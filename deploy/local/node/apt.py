"""Runs apt-get beside the system's own: reads the system's sources and status, writes only to our folder."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.errors import BinariesError
from deploy.local.parent_death import die_with_parent

IDLE_LINES = 20
DOWNLOAD_STATUS = "dlstatus"


class Apt:
    """apt-get with lists, caches and locks under `folder`; needs no rights on the system."""

    def __init__(self, folder: Path) -> None:
        self._archives = folder / "archives"
        for path in (folder / "lists" / "partial", self._archives / "partial"):
            path.mkdir(parents=True)
        settings = {
            "Dir::State::Lists": folder / "lists",
            "Dir::Cache": folder,
            "Dir::Cache::Archives": self._archives,
            "Debug::NoLocking": "1",
            # Its own download user may not enter the folder, which is private.
            "APT::Sandbox::User": "root",
            "Acquire::Retries": "3",
            "Acquire::Languages": "none",
        }
        self._options = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]

    def update(self, heard: Callable[[str], None]) -> None:
        """Read the lists of the system's sources, naming each to `heard`. Raises BinariesError."""
        self._run(["update"], heard)

    def download(self, packages: Iterable[str], reached: Callable[[int], None]) -> list[Path]:
        """Download the packages and what they need that the system lacks; `reached` hears the percentage.

        Raises BinariesError.
        """

        def hear(line: str) -> None:
            kind, _, rest = line.partition(":")
            if kind == DOWNLOAD_STATUS:
                reached(int(float(rest.split(":")[1])))

        arguments = ["install", "--download-only", "--no-install-recommends", "-o", "APT::Status-Fd=1", *packages]
        self._run(arguments, hear)
        return sorted(self._archives.glob("*.deb"))

    def _run(self, arguments: list[str], heard: Callable[[str], None]) -> None:
        # No timeout, as for the compiler: it has its own per connection, and the user sees it move.
        last_lines: deque[str] = deque(maxlen=IDLE_LINES)
        with subprocess.Popen(
            ["apt-get", "--quiet", "--yes", *self._options, *arguments],
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
        ) as process:
            try:
                for line in process.stdout or ():
                    last_lines.append(line)
                    heard(line.strip())
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            raise BinariesError(_explain(last_lines))


def _explain(lines: Iterable[str]) -> str:
    complaints = [line.strip() for line in lines if line.startswith(("E:", "W:"))]
    text = "\n".join(complaints) or "".join(lines).strip()
    return (
        f"the node's packages cannot be downloaded:\n{text}\nThe first start of a node needs the distribution's "
        "package archive once; check its sources (/etc/apt) and the network"
    )
