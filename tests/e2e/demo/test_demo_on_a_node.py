"""`make demo NODE=1`: the image is built, Helm installs it with Redis, and the release runs inside the cluster."""

import os
import re
from collections.abc import Iterator

import pytest

from deploy.image.requirements import find_build_obstacle
from deploy.local.cluster import stop_cluster
from deploy.local.state import ClusterState
from tests.e2e.demo.demo_process import is_up, run_demo

pytestmark = [pytest.mark.node, pytest.mark.timeout(900), pytest.mark.xdist_group("node")]


@pytest.fixture
def name() -> Iterator[str]:
    """A cluster name of this test's own; whatever happens, no such cluster is left."""
    name = f"demo-node-{os.getpid()}"
    yield name
    stop_cluster(ClusterState(name))


@pytest.mark.usefixtures("node_cluster")  # skips where no node can run, with the reason
def test_the_release_runs_inside_the_cluster(name: str) -> None:
    """To the same end as with an operator outside, with the writes of its service account in the audit log."""
    if obstacle := find_build_obstacle():
        pytest.skip(obstacle)

    code, printed = run_demo("--auto", "--node", f"--name={name}", longest=840.0)

    assert code == 0, printed
    assert "helm install myapp . --namespace myapp-system --set redis.mode=bundled --wait" in printed
    assert "15 todos have ended: 13 Succeeded, 2 Skipped" in printed
    assert re.search(r"todos \d+ \(\d\.\d each\), decisions 3, events \d", printed)
    assert not is_up(name)
