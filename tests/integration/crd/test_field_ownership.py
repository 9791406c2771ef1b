"""crds/ in the hands of several tools: Helm, kubectl and GitOps controllers apply the same files."""

import pytest

from deploy.local import LocalCluster
from deploy.local.layout import CRDS

pytestmark = pytest.mark.cluster


def test_another_manager_applies_the_same_crds_without_conflict(cluster: LocalCluster) -> None:
    """The files say things as the API server stores them: what it would drop (an empty map, a zero) counts as another
    value, and Helm 4, which applies server-side, would refuse to install over CRDs that kubectl applied.
    """
    applied = cluster.kubectl(
        "apply", "--server-side", "--dry-run=server", "--field-manager=gitops", f"--filename={CRDS}", check=False
    )

    assert (applied.returncode, applied.stderr) == (0, "")
