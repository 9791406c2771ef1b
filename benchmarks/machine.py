"""What a figure depends on besides the code: the machine, the versions, and what else the machine was doing."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

import myapp

GIT_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine and the versions; `load_average` is that of the minute before the run, 0 on an idle machine."""

    processor: str
    cores: int
    memory_gib: int
    system: str
    python: str
    myapp: str
    commit: str
    load_average: float


def describe_machine() -> Machine:
    """This machine, now."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(psutil.virtual_memory().total / 1024**3),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        myapp=myapp.__version__,
        commit=_commit(),
        load_average=os.getloadavg()[0],
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """The commit, with -dirty when the tree differs; "unknown" outside a repository."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=GIT_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return described.stdout.strip()
