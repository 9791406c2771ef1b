"""Deleting CRDs in tests, on machines that are busy.

The API server empties a CRD before it lets go of it. Where that fails, as it does while the storage of a CRD that was
created a moment ago is still coming up, it tries again with a back-off that soon is minutes long. A change of the CRD
makes it try at once.
"""

import json
import time
from collections.abc import Sequence

from deploy.local import LocalCluster

_PATIENCE = 240.0
_AT_ONCE = 10.0


def delete_crds(cluster: LocalCluster, names: Sequence[str]) -> None:
    """Delete those that exist, and wait until they are gone.

    Raises TimeoutError with what their conditions say when they are still there after four minutes.
    """
    cluster.kubectl("delete", "crd", *names, "--ignore-not-found", "--wait=false")
    started = time.monotonic()
    nudged = started
    while left := _conditions(cluster, names):
        now = time.monotonic()
        if now - started > _PATIENCE:
            raise TimeoutError(f"still there after {_PATIENCE:.0f} s: {left}")
        if now - nudged > _AT_ONCE:
            nudged = now
            cluster.kubectl("annotate", "crd", *left, f"nudged={now:.0f}", "--overwrite", check=False)
        time.sleep(0.1)


def _conditions(cluster: LocalCluster, names: Sequence[str]) -> dict[str, object]:
    shown = cluster.kubectl("get", "crd", *names, "--ignore-not-found", "--output=json").stdout
    listed = json.loads(shown) if shown else {}
    found = listed.get("items", [listed] if listed else [])
    return {crd["metadata"]["name"]: crd["status"].get("conditions") for crd in found}
