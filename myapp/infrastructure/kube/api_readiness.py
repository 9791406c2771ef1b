"""Waits until the API server serves our kinds, as new as this operator needs them, and lets us list them: the operator
may be installed before its CRDs and its rights, in any order.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus

from myapp.application.errors import ApiError, ApiUnavailableError
from myapp.infrastructure.crd.custom_resource_definition import GROUP
from myapp.infrastructure.crd.definitions import DEFINITIONS
from myapp.infrastructure.kube.crd_objects import CrdObjects
from myapp.infrastructure.kube.crd_revisions import CrdRevisions
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import API_VERSION, KINDS, watched_paths

_logger = logging.getLogger(__name__)
_PAUSE = 2.0


async def wait_for_kinds(client: KubeClient, namespaces: Sequence[str], report: Callable[[str], None]) -> None:
    """Return once all kinds can be listed; until then ``report`` hears what is missing. Each cause is logged once."""
    told, revisions = "", CrdRevisions(CrdObjects(client))
    while cause := await _missing(client) or await revisions.too_old(DEFINITIONS) or await _refused(client, namespaces):
        report(cause)
        if cause != told:
            _logger.warning("waiting: %s", cause)
            told = cause
        await asyncio.sleep(_PAUSE)
    if told:
        _logger.info("the API server serves %s now", API_VERSION)


async def _refused(client: KubeClient, namespaces: Sequence[str]) -> str:
    """Why a kind cannot be listed. Asked here because the watches, which list first, could only give up."""
    try:
        for path in sorted(watched_paths(namespaces)):
            await client.request("GET", path, params={"limit": "1"})
    except ApiError as error:
        return f"the kinds cannot be listed: {error}"
    return ""


async def _missing(client: KubeClient) -> str:
    try:
        resources = (await client.request("GET", f"/apis/{API_VERSION}")).body.get("resources", ())
    except ApiUnavailableError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            return str(error)
        resources = ()
    except ApiError as error:
        return str(error)
    served = {resource["name"] for resource in resources}
    missing = [f"{plural}.{GROUP}" for plural in KINDS if plural not in served]
    if not missing:
        return ""
    return f"the API server does not know {', '.join(missing)}: install the CRDs (kubectl apply -f crds/)"
