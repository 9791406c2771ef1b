"""What is built from one Go module and how; a change of anything here makes a new folder in the cache."""

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.go_modules import GoModule, Target


@dataclass(frozen=True, slots=True)
class BuildRecipe:
    """The pinned versions, the compiler's flags, and `key`, the name of the cache folder for their results."""

    folder: Path
    title: str
    version: str
    go_version: tuple[int, ...]
    targets: Mapping[str, Target]
    flags: tuple[str, ...]
    key: str
    alternative: str


def read_recipe(module: GoModule) -> BuildRecipe:
    """The recipe that the folder's go.mod, go.sum and sources describe. Raises OSError when they cannot be read."""
    go_mod = (module.folder / "go.mod").read_text()
    # A module without dependencies has no go.sum.
    sources = [path.read_text() for path in sorted((*module.folder.glob("go.sum"), *module.folder.glob("*.go")))]
    version = _pinned_version(module, go_mod)
    # No stamp of this repository's state: it would make each commit's programs differ, and needs git.
    flags = ("-trimpath", "-buildvcs=false", f"-ldflags={_linker_flags(module, version)}")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    digest = hashlib.sha256("\0".join((go_mod, *sources, *flags, machine)).encode()).hexdigest()
    go_version = tuple(int(part) for part in _find(module, r"^go (\d+\.\d+(?:\.\d+)?)$", go_mod).split("."))
    return BuildRecipe(
        folder=module.folder,
        title=module.title,
        version=version,
        go_version=go_version,
        targets=module.targets,
        flags=flags,
        key="-".join(part for part in (module.title.lower(), version, machine, digest[:12]) if part),
        alternative=module.alternative,
    )


def _pinned_version(module: GoModule, go_mod: str) -> str:
    if module.pinned is None:
        return ""
    return _find(module, rf"^(?:require |\t){re.escape(module.pinned)} (v\d+\.\d+\.\d+)", go_mod)


def _linker_flags(module: GoModule, version: str) -> str:
    major, minor, *_ = (*version.removeprefix("v").split("."), "", "")
    values = {"version": version, "major": major, "minor": minor}
    settings = (f"-X {name}={value.format(**values)}" for name, value in module.linker_values.items())
    return " ".join(("-s", "-w", *settings))


def _find(module: GoModule, pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise ValueError(f"{module.folder / 'go.mod'} has no line that matches {pattern!r}")
    return match[1]
