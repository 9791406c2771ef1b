"""The operator's locked dependencies as wheels in the cache folder, so that the image's build needs no network.

pip on this machine downloads them with whatever index and certificates it is configured for; the build sees a folder.
Hashes are checked both times.
"""

import hashlib
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local.cache import cache_folder
from deploy.local.errors import ImageError
from deploy.local.layout import PROJECT_ROOT

LOCK = PROJECT_ROOT / "requirements" / "operator.lock"
PYTHON_OF_IMAGE = (3, 11)
TIMEOUT = 900.0
MARKER = re.compile(r"^(\S+==\S+) ; [^\\]*", re.MULTILINE)
MANYLINUX = ("2_28", "2_27", "2_26", "2_24", "2_17", "2014", "2_12", "2010", "2_5")


def provide_wheels() -> Path:
    """A folder with every wheel that the lock names. Raises ImageError."""
    lock = LOCK.read_text(encoding="utf-8")
    key = hashlib.sha256(f"{lock}{platform.machine()}{PYTHON_OF_IMAGE}".encode()).hexdigest()[:16]
    folder = cache_folder() / "wheels" / key
    if folder.is_dir():
        return folder
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".downloading-", dir=folder.parent) as scratch:
        # Markers speak of the Python that runs pip, which is another one than the image's: all are downloaded.
        everything = Path(scratch) / "everything.lock"
        everything.write_text(MARKER.sub(r"\1 ", lock), encoding="utf-8")
        wheels = Path(scratch) / "wheels"
        _download(everything, wheels)
        try:
            wheels.rename(folder)
        except OSError:
            if not folder.is_dir():  # else somebody else was quicker
                raise
    return folder


def _download(lock: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-deps", f"--dest={target}", f"--requirement={lock}", *_foreign_python()]
    try:
        completed = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"the image's dependencies were not downloaded in {TIMEOUT:.0f} s") from error
    if completed.returncode != 0:
        raise ImageError(f"the image's dependencies cannot be downloaded:\n{completed.stderr.strip()}")


def _foreign_python() -> list[str]:
    """What pip must be told when it does not run on the image's own version of Python."""
    if sys.version_info[:2] == PYTHON_OF_IMAGE:
        return []
    major, minor = PYTHON_OF_IMAGE
    machine = platform.machine()
    return [
        *(
            "--implementation=cp",
            f"--python-version={major}.{minor}",
            f"--abi=cp{major}{minor}",
            "--abi=abi3",
            "--abi=none",
        ),
        *(f"--platform=manylinux{'_' if '_' in version else ''}{version}_{machine}" for version in MANYLINUX),
    ]
