"""What is built and how, read from `binaries/go.mod`; a change of anything here makes a new folder in the cache."""

import hashlib
import platform
import re
from dataclasses import dataclass
from pathlib import Path

MODULE_FOLDER = Path(__file__).with_name("binaries")
TOOLCHAIN_LOCK = MODULE_FOLDER / "go-toolchain.lock"


@dataclass(frozen=True, slots=True)
class Target:
    """One program: its import path and the name that `go build` gives its output."""

    package: str
    output: str


TARGETS = {
    "etcd": Target("go.etcd.io/etcd/server/v3", "server"),
    "kube-apiserver": Target("k8s.io/kubernetes/cmd/kube-apiserver", "kube-apiserver"),
    "kube-controller-manager": Target("k8s.io/kubernetes/cmd/kube-controller-manager", "kube-controller-manager"),
}


@dataclass(frozen=True, slots=True)
class BuildRecipe:
    """The pinned versions, the compiler's flags, and `key`, the name of the cache folder for their results."""

    kubernetes_version: str
    go_version: tuple[int, ...]
    flags: tuple[str, ...]
    key: str


def read_recipe(folder: Path = MODULE_FOLDER) -> BuildRecipe:
    """The recipe that `folder`'s go.mod and go.sum describe. Raises OSError when they cannot be read."""
    go_mod = (folder / "go.mod").read_text()
    go_sum = (folder / "go.sum").read_text()
    version = _find(r"^\tk8s\.io/kubernetes (v\d+\.\d+\.\d+)", go_mod)
    flags = ("-trimpath", f"-ldflags={_linker_flags(version)}")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    digest = hashlib.sha256("\0".join((go_mod, go_sum, *flags, machine)).encode()).hexdigest()
    go_version = tuple(int(part) for part in _find(r"^go (\d+\.\d+(?:\.\d+)?)$", go_mod).split("."))
    return BuildRecipe(version, go_version, flags, f"{version}-{machine}-{digest[:12]}")


def _linker_flags(version: str) -> str:
    # Without these the API server calls itself v0.0.0-master, which clients take for a very old one.
    major, minor, _ = version.removeprefix("v").split(".")
    package = "k8s.io/component-base/version"
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(("-s", "-w", *(f"-X {package}.{name}={value}" for name, value in values.items())))


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise ValueError(f"{MODULE_FOLDER / 'go.mod'} has no line that matches {pattern!r}")
    return match[1]
