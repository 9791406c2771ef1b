"""What the examples do where no pod can run: a build only waits, and a Deployment has no pods to wait for."""

import copy
from collections.abc import Mapping
from typing import Any

_SHORT_WAIT = {"duration": "2s"}


def without_pods(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step as it can be done there."""
    changed = copy.deepcopy(dict(step))
    if changed.pop("job", None):
        changed["wait"] = _SHORT_WAIT
    manifest = changed.get("resource", {}).get("manifest", {})
    if manifest.get("kind") == "Deployment":
        manifest["spec"]["replicas"] = 0
    return changed
