"""Built images as docker archives in the cache folder, found again by what they were made of."""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock

from deploy.local.cache import GIB, cache_folder, require_free_space

KEPT = 4
"""How many archives of one image are kept: other work trees of the project have theirs in the same folder."""
BUILD_SIZE = 2 * GIB


def content_key(files: Iterable[Path], *parameters: str) -> str:
    """A digest of the files' paths and contents, and of the parameters."""
    digest = hashlib.sha256("\0".join(parameters).encode())
    for path in sorted(files):
        digest.update(f"\0{path}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def provide_archive(tag: str, key: str, build: Callable[[Path], None]) -> Path:
    """The archive of that image and key, built now unless it is there; of two builds at once the second one waits."""
    folder = cache_folder() / "archives"
    folder.mkdir(exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", tag)
    archive = folder / f"{name}.{key}.tar"
    if archive.is_file():
        return archive
    # One lock for all: two builds would share one storage, and two cores.
    with FileLock(folder / "build.lock"):
        if not archive.is_file():
            require_free_space(folder, BUILD_SIZE, "building an image")
            unfinished = folder / f".{name}.{key}.tar"
            build(unfinished)
            unfinished.rename(archive)
            for old in sorted(folder.glob(f"{name}.*.tar"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                old.unlink()
    return archive
