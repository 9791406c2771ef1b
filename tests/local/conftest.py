"""Clusters of the tests' own, in a folder of their own, and what is left of them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.layout import PROJECT_ROOT
from deploy.local.state import STATE_VARIABLE

SPAWNED_TIMEOUT = 20.0


@pytest.fixture
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which this test's clusters live, apart from the user's."""
    folder = tmp_path / "clusters"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def spawn_python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python processes in the project's root; kills those that are left when the test ends."""
    processes: list[subprocess.Popen[str]] = []

    def spawn(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield spawn
    for process in processes:
        process.kill()
        process.wait(SPAWNED_TIMEOUT)
        if process.stdout:
            process.stdout.close()


def read_until(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """The process's lines up to the first one that contains `wanted`."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if wanted in line:
            return lines
    pytest.fail(f"the process ended without {wanted!r}; it said: {''.join(lines)}")


def cluster_processes(folder: Path) -> list[psutil.Process]:
    """Every live process that belongs to the clusters in `folder`: components and supervisors."""
    found = []
    for process in psutil.process_iter():
        try:
            in_folder = Path(process.cwd()).is_relative_to(folder)
            supervises = "deploy.local.supervisor" in process.cmdline() and str(folder) in process.environ().get(
                STATE_VARIABLE, ""
            )
        except psutil.Error:
            continue
        if in_folder or supervises:
            found.append(process)
    return found


def wait_until_nothing_is_left(folder: Path, timeout: float = 40.0) -> None:
    """Fail unless all processes and files of the clusters in `folder` are gone within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while (processes := cluster_processes(folder)) or folder.exists():
        if time.monotonic() > deadline:
            pytest.fail(f"left over: processes {processes}, files {list(folder.rglob('*'))}")
        time.sleep(0.1)
