"""Waits until the API server can admit objects of the kinds that were just installed.

A mutating policy needs the kind's published schema, which the server builds some time after it serves the kind: until
then each creation is refused with the remark that there can be a delay.
"""

import json
import time

from deploy.local.access import ClusterAccess
from deploy.local.errors import StartError

TIMEOUT = 60.0
_PAUSE = 0.1
_NOT_YET = "There can be a delay"
_API_VERSION = "todo.myapp.dev/v1alpha1"
_STEP = {"name": "canary", "content": "Canary"}
_SPECS = {"Todo": {"content": "Canary"}, "TodoWorkflow": {"steps": [_STEP]}}
"""An object of each kind that is mutated."""


def wait_until_kinds_are_known(cluster: ClusterAccess) -> None:
    """Return when one of each could be created. Raises StartError after 60 s."""
    objects = [
        {"apiVersion": _API_VERSION, "kind": kind, "metadata": {"name": "canary"}, "spec": spec}
        for kind, spec in _SPECS.items()
    ]
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    give_up = time.monotonic() + TIMEOUT
    while _NOT_YET in (said := _try(cluster, manifest)):
        if time.monotonic() > give_up:
            raise StartError(f"the API server does not know the kinds after {TIMEOUT:.0f} s: {said}")
        time.sleep(_PAUSE)


def _try(cluster: ClusterAccess, manifest: str) -> str:
    return cluster.kubectl(
        "create", "--namespace=default", "--dry-run=server", "--filename=-", stdin=manifest, check=False
    ).stderr
