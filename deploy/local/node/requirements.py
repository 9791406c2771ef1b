"""Whether this machine can run a node, and if not, what is missing and how it is had."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from deploy.local.node.cgroups import find_hierarchies

PROGRAMS = {"unshare": "util-linux", "nsenter": "util-linux", "mount": "mount", "apt-get": "apt", "dpkg-deb": "dpkg"}
FILE_SYSTEMS = Path("/proc/filesystems")
NAMESPACES_TRIAL = ("unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--propagation=private", "true")
TRIAL_TIMEOUT = 20.0


def find_obstacle() -> str | None:
    """One sentence about the first thing that keeps a node from running here; None when nothing does."""
    for check in (_system, _user, _programs, _control_groups, _file_systems, _namespaces):
        if obstacle := check():
            return f"no node can run here: {obstacle}"
    return None


def _system() -> str | None:
    system = platform.system()
    if system == "Linux":
        return None
    return f"containers need Linux, this is {system}; use a Linux machine, or a cluster that you have already"


def _user() -> str | None:
    if os.geteuid() == 0:
        return None
    return f"it takes root, this is user {os.geteuid()}; run it with sudo, or in a virtual machine as root"


def _programs() -> str | None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not missing:
        return None
    if {"apt-get", "dpkg-deb"} & set(missing):
        return (
            f"there is no {' and no '.join(missing)}: containerd and runc are taken from the packages of Debian or "
            "Ubuntu; use one of these, or a cluster that you have already"
        )
    packages = sorted({PROGRAMS[name] for name in missing})
    return f"there is no {' and no '.join(missing)}; `apt-get install {' '.join(packages)}` brings it"


def _control_groups() -> str | None:
    if find_hierarchies():
        return None
    return (
        "there are no control groups at /sys/fs/cgroup; in a container, start it with --privileged; else "
        "`mount -t cgroup2 none /sys/fs/cgroup`"
    )


def _file_systems() -> str | None:
    if "overlay" in FILE_SYSTEMS.read_text().split():
        return None
    return "the kernel has no overlay file system, in which containers keep their files; `modprobe overlay` loads it"


def _namespaces() -> str | None:
    trial = subprocess.run(
        NAMESPACES_TRIAL, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TRIAL_TIMEOUT, check=False
    )
    if trial.returncode == 0:
        return None
    return (
        f"root may not create namespaces here ({trial.stderr.strip()}); in a container, start it with --privileged, or "
        "use a virtual machine"
    )
