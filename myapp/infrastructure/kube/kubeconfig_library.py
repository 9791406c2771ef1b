"""Of kubernetes-asyncio what reads credentials, and not the client that it generates for every kind of Kubernetes.

The packages' own ``__init__`` import all of it, 880 modules of which nothing is used here: 34 MiB of every operator's
memory, and a fifth of the CPU of its start. So these two packages are entered without running theirs.

It must come before kopf, which looks for two classes of that client, takes all of it in where it is whole, and does
without where they are missing. The command's imports are in that order, and a test says so.
"""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def _enter(package: str) -> ModuleType:
    """The package, ready for imports of its modules, as it would be with an empty ``__init__``."""
    if package not in sys.modules:  # else somebody has imported all of it already
        spec = find_spec(package)
        if spec is None:
            raise ModuleNotFoundError(f"{package} is not installed, or no longer has this package", name=package)
        sys.modules[package] = module_from_spec(spec)
    return sys.modules[package]


_enter("kubernetes_asyncio")
_client = _enter("kubernetes_asyncio.client")

from kubernetes_asyncio.client.configuration import Configuration  # noqa: E402 - the packages are entered first

if not hasattr(_client, "Configuration"):
    # What its package `config` imports from there; it makes clients only for whom asks it to.
    _client.Configuration = Configuration  # type: ignore[attr-defined] # where the package itself has it
    _client.ApiClient = object  # type: ignore[attr-defined] # no annotation there may lack it

from kubernetes_asyncio.config import (  # noqa: E402
    ConfigException,
    load_incluster_config,
    load_kube_config,
)
from kubernetes_asyncio.config.kube_config import KubeConfigLoader  # noqa: E402

__all__ = ["ConfigException", "Configuration", "KubeConfigLoader", "load_incluster_config", "load_kube_config"]
