"""The control groups of one node: all under one group named after the cluster's folder, in every hierarchy.

They are the one thing that outlives the namespaces, because the kernel keeps empty groups.
"""

import errno
import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from deploy.local.errors import StartError

CGROUPS = Path("/sys/fs/cgroup")
NEEDED_CONTROLLERS = frozenset({"cpu", "cpuset", "memory", "pids"})
REMOVE_TIMEOUT = 10.0
POLL_INTERVAL = 0.05


def group_name(folder: Path) -> str:
    """The name of the group that everything of the node in that cluster's folder is under."""
    return f"myapp-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def create_group(name: str) -> None:
    """Create it in every hierarchy; the kubelet wants its root to exist.

    Raises StartError when it cannot be created or cannot limit what the kubelet limits.
    """
    try:
        for hierarchy in find_hierarchies():
            (hierarchy / name).mkdir(exist_ok=True)
    except OSError as error:
        raise StartError(
            f"the node's control group cannot be created: {error}; in a container, start it with --privileged"
        ) from error
    if not _is_unified(CGROUPS):
        return
    # What a group offers must be switched on in its parent; systemd has done so for most.
    for controller in (CGROUPS / "cgroup.controllers").read_text().split():
        with suppress(OSError):
            (CGROUPS / "cgroup.subtree_control").write_text(f"+{controller}")
    offered = (CGROUPS / name / "cgroup.controllers").read_text().split()
    if lacking := sorted(NEEDED_CONTROLLERS - set(offered)):
        raise StartError(
            f"control groups here cannot limit {', '.join(lacking)} (cgroup.subtree_control of {CGROUPS}); in a "
            "container, start it with --privileged --cgroupns=host"
        )


def remove_group(name: str) -> None:
    """Remove it and all groups under it, from every hierarchy. Its processes must be dying at least."""
    deadline = time.monotonic() + REMOVE_TIMEOUT
    for hierarchy in find_hierarchies():
        while not _is_removed(hierarchy / name) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)


def find_hierarchies() -> list[Path]:
    """Where control groups are mounted: one folder in version 2, one for each controller in version 1."""
    if _is_unified(CGROUPS):
        return [CGROUPS]
    with suppress(FileNotFoundError):
        return [
            path for path in sorted(CGROUPS.iterdir()) if not path.is_symlink() and (path / "cgroup.procs").exists()
        ]
    return []


def _is_removed(group: Path) -> bool:
    try:
        for path in (*_groups_under(group), group):
            with suppress(FileNotFoundError):
                path.rmdir()
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return False
    return True


def _groups_under(group: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        for path in group.iterdir():
            if path.is_dir():
                yield from _groups_under(path)
                yield path


def _is_unified(folder: Path) -> bool:
    return (folder / "cgroup.controllers").exists()
