"""The folder for what may be deleted at any time and is then made again: binaries, a Go toolchain if one is needed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from deploy.local.errors import BinariesError

GIB = 1024**3
WAITING_INTERVAL = 10.0


def cache_folder() -> Path:
    """The user's cache directory for this project; created when missing."""
    folder = platformdirs.user_cache_path("myapp")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def only_one(lock: Path, waiting_for: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold `lock`, whose folder is created when missing; while another process holds it, say so now and then."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    timeout = 0.0
    while not held.is_locked:
        try:
            held.acquire(timeout=timeout)
        except Timeout:
            say(waiting_for)
            timeout = WAITING_INTERVAL
    try:
        yield
    finally:
        held.release()


def require_free_space(folder: Path, bytes_needed: int, purpose: str) -> None:
    """Raises BinariesError when the file system of `folder` has less room than that."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < bytes_needed:
        raise BinariesError(
            f"the disk is too full: {purpose} needs about {bytes_needed / GIB:.1f} GiB under {folder}, "
            f"{free / GIB:.1f} GiB are free; make room, or move the folder "
            "with XDG_CACHE_HOME (GOCACHE for Go's own)"
        )
