"""An API server that serves what an older Kubernetes serves, with this project installed as the README says."""

import os
import re
import uuid
from collections.abc import Iterator

import pytest

from deploy.local import ClusterOptions, CompletedKubectl, LocalCluster
from deploy.local.established import wait_until_established
from deploy.local.layout import CRDS, PROJECT_ROOT
from deploy.local.policy_canary import wait_until_policies_act

#: The oldest that this API server can stand for.
EMULATED = "1.33"


@pytest.fixture(scope="package")
def older_cluster() -> Iterator[LocalCluster]:
    """A control plane without MutatingAdmissionPolicies; nothing of ours is in it."""
    with LocalCluster.start(ClusterOptions(name=f"older-{os.getpid()}", emulates=EMULATED)) as cluster:
        yield cluster


@pytest.fixture(scope="package")
def applied(older_cluster: LocalCluster) -> CompletedKubectl:
    """What kubectl said to the README's command."""
    found = re.search(r"`kubectl (apply( -f \S+)+)`", (PROJECT_ROOT / "README.md").read_text())
    assert found is not None
    command = [str(PROJECT_ROOT / word) if word.endswith("/") else word for word in found.group(1).split()]
    done = older_cluster.kubectl(*command, check=False)
    wait_until_established(older_cluster, f"--filename={CRDS}")
    wait_until_policies_act(older_cluster)
    return done


@pytest.fixture
def older_namespace(older_cluster: LocalCluster, applied: CompletedKubectl) -> str:
    """A namespace of that cluster, where all is installed."""
    assert applied.stdout
    name = f"older-{uuid.uuid4().hex[:8]}"
    older_cluster.kubectl("create", "namespace", name)
    return name
