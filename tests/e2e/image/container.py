"""Runs an image with the real runc as a restricted pod would: read-only root, no capabilities, any user, no shell.

The network is the machine's own, so that the local cluster's API server is reached at its loopback address.
"""

import json
import os
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.node.packages import provide_packages
from deploy.local.parent_death import die_with_parent
from tests.api_server import JsonObject

RUN_TIMEOUT = 60.0
STOP_TIMEOUT = 40.0
NAMESPACES = ("pid", "mount", "ipc", "uts")
SYSTEM_MOUNTS = [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
]


class Container:
    """One container of an unpacked image; `folder` is an empty one of its own."""

    def __init__(
        self,
        image: Path,
        config: JsonObject,
        folder: Path,
        *,
        user: tuple[int, int] | None = None,
        environment: Mapping[str, str] | None = None,
        files: Mapping[str, Path] | None = None,
        scratch: Sequence[str] = (),
    ) -> None:
        """`config` is the image's; `files` are mounted read-only at the paths that they are named by.

        `scratch` are folders that its user may write into.
        """
        packages = provide_packages()
        self._runc: list[str | Path] = [packages.program("runc"), f"--root={folder / 'state'}"]
        self._environment = {**os.environ, **packages.environment()}
        self._folder = folder
        self._image = image
        self._config = config
        uid, gid = (int(part) for part in config["User"].split(":"))
        self._user = user or (uid, gid)
        self._variables = environment or {}
        self._mounts: list[JsonObject] = [
            {"destination": target, "type": "bind", "source": str(source), "options": ["rbind", "ro"]}
            for target, source in (files or {}).items()
        ]
        self._mounts += [
            {"destination": target, "type": "tmpfs", "source": "tmpfs", "options": [f"uid={self._user[0]}"]}
            for target in scratch
        ]

    def run(self, *arguments: str, entrypoint: Sequence[str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run to the end, with these arguments after the image's entrypoint or another one."""
        process = self.start(*arguments, entrypoint=entrypoint)
        try:
            stdout, stderr = process.communicate(timeout=RUN_TIMEOUT)
        finally:
            process.kill()
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def start(self, *arguments: str, entrypoint: Sequence[str] | None = None) -> "subprocess.Popen[str]":
        """Start it; without arguments with the image's own."""
        command = [*(entrypoint or self._config["Entrypoint"]), *(arguments or self._config["Cmd"])]
        (self._folder / "config.json").write_text(json.dumps(self._specification(command)))
        return subprocess.Popen(
            [*self._runc, "run", f"--bundle={self._folder}", f"myapp-{uuid.uuid4().hex[:12]}"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
        )

    def _specification(self, command: list[str]) -> JsonObject:
        variables = [*self._config["Env"], *(f"{name}={value}" for name, value in self._variables.items())]
        uid, gid = self._user
        return {
            "ociVersion": "1.0.2",
            "hostname": "container",
            "process": {
                "user": {"uid": uid, "gid": gid},
                "args": command,
                "env": variables,
                "cwd": self._config.get("WorkingDir") or "/",
                "noNewPrivileges": True,
            },
            "root": {"path": str(self._image), "readonly": True},
            "mounts": [*SYSTEM_MOUNTS, *self._mounts],
            "linux": {"namespaces": [{"type": kind} for kind in NAMESPACES]},
        }
