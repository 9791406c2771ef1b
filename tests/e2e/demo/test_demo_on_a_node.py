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
    assert "--set redis.mode=bundled --set automation.namespaces={shop} --wait" in printed
    assert "13 steps have ended: 10 Succeeded, 2 Skipped, 1 Failed" in printed
    assert re.search(r"build\.0 gave digest=[0-9a-f]{12}", printed)
    assert "Deployment production is applied: 2 of 2 replicas are available" in printed
    assert "GET http://staging.shop.svc/version answers 200 OK" in printed
    assert "the chat was told: customers: release of 2.4 to prod: Succeeded" in printed
    assert "what it did as deployer: 2 x create jobs, 2 x patch deployments" in printed
    assert re.search(r"todos created, their status \d+ \(\d\.\d each\), the run's status \d+, decisions 3", printed)
    assert not is_up(name)
