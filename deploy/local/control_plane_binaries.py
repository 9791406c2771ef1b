"""Where the control plane's programs come from: KUBEBUILDER_ASSETS if the user names it, else the build cache.

setup-envtest's folders hold etcd and kube-apiserver but no kube-controller-manager. Without one, nothing is garbage-
collected and no namespace is ever gone, so only that one is then built.
"""

import os
from pathlib import Path

from rich.console import Console

from deploy.local.build import Builder
from deploy.local.build_recipe import read_recipe
from deploy.local.cache import cache_folder
from deploy.local.errors import BinariesError
from deploy.local.go_modules import CONTROL_PLANE_PROGRAMS, KUBERNETES

ASSETS_VARIABLE = "KUBEBUILDER_ASSETS"
REQUIRED_ASSETS = ("etcd", "kube-apiserver")


def provide_binaries(console: Console | None = None, *, with_node: bool = False) -> dict[str, Path]:
    """Every program of the control plane by name, built now if that is needed; progress goes to stderr.

    For a cluster with a node all are built: a kubelet may not be newer than its API server. Raises BinariesError.
    """
    console = console or Console(stderr=True)
    found = {} if with_node else _find_assets(os.environ.get(ASSETS_VARIABLE))
    missing = [name for name in CONTROL_PLANE_PROGRAMS if name not in found]
    if found and missing:
        console.print(f"{ASSETS_VARIABLE} has no {', '.join(missing)}: taken from the project's own build")
    return found | Builder(read_recipe(KUBERNETES), cache_folder(), console).provide(missing)


def _find_assets(named: str | None) -> dict[str, Path]:
    if not named:
        return {}
    folder = Path(named).absolute()
    found = {name: folder / name for name in CONTROL_PLANE_PROGRAMS if os.access(folder / name, os.X_OK)}
    if lacking := [name for name in REQUIRED_ASSETS if name not in found]:
        raise BinariesError(
            f"{ASSETS_VARIABLE}={named} holds no executable {' and no '.join(lacking)}; "
            "let it name what `setup-envtest use -p path` prints, or unset it to have the binaries built"
        )
    return found
