"""Programs that are built beside the control plane, for whoever asks: Helm, and what a node needs."""

from pathlib import Path

from rich.console import Console

from deploy.local.build import Builder
from deploy.local.build_recipe import read_recipe
from deploy.local.cache import cache_folder
from deploy.local.go_modules import COREDNS, HELM, KUBERNETES, NODE_PROGRAMS, PAUSE, GoModule


def helm_binary(console: Console | None = None) -> Path:
    """The real Helm CLI, built now if it is not in the cache; progress goes to stderr.

    Raises BinariesError.
    """
    return _provide(HELM, ("helm",), console)["helm"]


def node_binaries(console: Console | None = None) -> dict[str, Path]:
    """Every program of a node that is built from Go modules, by name; as `helm_binary`."""
    programs: dict[str, Path] = {}
    for module, names in ((KUBERNETES, NODE_PROGRAMS), (COREDNS, ("coredns",)), (PAUSE, ("pause",))):
        programs |= _provide(module, names, console)
    return programs


def _provide(module: GoModule, names: tuple[str, ...], console: Console | None) -> dict[str, Path]:
    return Builder(read_recipe(module), cache_folder(), console or Console(stderr=True)).provide(names)
