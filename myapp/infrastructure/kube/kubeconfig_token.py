"""The token of a kubeconfig, read anew: a ``tokenFile`` is rewritten in time, what an exec plug-in gave runs out.

kubernetes-asyncio reads a kubeconfig once. Without this an operator outside the cluster would be refused with 401 as
soon as its first token ends (after 15 minutes with EKS, an hour with a bound token) until somebody restarts it.
It deliberately does not follow client certificates: they live for months, and a connection is made with them once.
"""

import logging
from collections.abc import Callable

from myapp.infrastructure.kube.kubeconfig_library import (
    ConfigException,
    Configuration,
    KubeConfigLoader,
    load_kube_config,
)

#: As often as client-go reads a tokenFile, and kubernetes-asyncio that of a pod.
SECONDS = 60.0

#: What reading a kubeconfig and its files, or running its plug-in, may raise.
UNREADABLE = (ConfigException, OSError, TypeError, ValueError)

_logger = logging.getLogger(__name__)


class KubeconfigToken:
    """kubernetes-asyncio's hook: called before each request, it changes the configuration's token when it is time."""

    def __init__(self, loader: KubeConfigLoader, context: str | None, monotonic: Callable[[], float]) -> None:
        """``loader`` has read the kubeconfig just now."""
        self._loader = loader
        self._context = context
        self._monotonic = monotonic
        self._again_at = monotonic() + SECONDS

    async def __call__(self, configuration: Configuration) -> None:
        """Read the token once a minute at most; one that cannot be read leaves the one that we have."""
        if self._monotonic() < self._again_at:
            return
        self._again_at = self._monotonic() + SECONDS  # before anything is awaited: nobody else asks meanwhile
        try:
            configuration.api_key["BearerToken"] = await self._read()
        except UNREADABLE as error:
            _logger.warning("the kubeconfig's token could not be read again, the last one stays in use: %s", error)

    async def _read(self) -> str:
        # A plug-in is run when its answer is about to run out; one that does not say when, every time.
        if hasattr(self._loader, "exec_plugin_expiry"):
            await self._loader.load_from_exec_plugin()
        else:
            self._loader = await load_kube_config(context=self._context, client_configuration=Configuration())
        return self._loader.token
