"""Waits until the API server serves a CRD's kind."""

import time

from deploy.local.access import ClusterAccess
from deploy.local.kubectl import KubectlError

#: What kubectl says of a CRD that has no conditions yet, in the moments after its creation: `conditions` is null then.
_NO_CONDITIONS_YET = "accessor error"
_PAUSE = 0.1


def wait_until_established(cluster: ClusterAccess, *crds: str, timeout: float = 60.0) -> None:
    """Wait for at most `timeout` seconds; `crds` are arguments of kubectl, such as `crd/NAME` or `--filename=PATH`.

    Raises KubectlError.
    """
    deadline = time.monotonic() + timeout
    while True:
        left = max(int(deadline - time.monotonic()), 1)
        try:
            cluster.kubectl("wait", "--for=condition=Established", f"--timeout={left}s", *crds)
        except KubectlError as error:
            if _NO_CONDITIONS_YET not in error.stderr or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
