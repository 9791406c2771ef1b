"""Every test of the chart runs the real Helm."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster
from deploy.local.layout import RBAC
from tests.chart.releases import Releases
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS

RESTRICTED = ("pod-security.kubernetes.io/enforce=restricted",)


@pytest.fixture(autouse=True, scope="session")
def _helm_is_built(helm: Path) -> None:
    assert helm.is_file()


@pytest.fixture(scope="session", params=VALUE_SETS)
def release(request: pytest.FixtureRequest) -> Rendered:
    """A release for each set of values."""
    return rendered(VALUE_SETS[request.param])


@pytest.fixture(scope="session")
def default_release() -> Rendered:
    """The release that comes of no values at all."""
    return rendered()


@pytest.fixture(scope="package")
def bare_cluster() -> Iterator[LocalCluster]:
    """A control plane of its own without anything of myapp: Helm is to install it."""
    with LocalCluster.start(ClusterOptions(name=f"pytest-chart-{os.getpid()}")) as cluster:
        cluster.kubectl("delete", f"--filename={RBAC}", "--ignore-not-found")
        for namespace in ("myapp-system", "default"):
            cluster.kubectl("label", "namespace", namespace, *RESTRICTED)
        yield cluster


@pytest.fixture
def fresh_namespace(bare_cluster: LocalCluster) -> Iterator[Callable[[str], str]]:
    """Makes namespaces in the bare cluster, in which Pod Security `restricted` is enforced."""
    made: list[str] = []

    def make(word: str) -> str:
        name = f"{word}-{uuid.uuid4().hex[:6]}"
        bare_cluster.kubectl("create", "namespace", name)
        bare_cluster.kubectl("label", "namespace", name, *RESTRICTED)
        made.append(name)
        return name

    yield make
    for name in made:
        bare_cluster.kubectl("delete", "namespace", name, "--wait=false", check=False)


@pytest.fixture
def releases(bare_cluster: LocalCluster, fresh_namespace: Callable[[str], str]) -> Iterator[Releases]:  # noqa: ARG001
    """Installs releases in the bare cluster; those left at the end are uninstalled, before their namespaces go."""
    installed = Releases(bare_cluster)
    yield installed
    installed.uninstall_all()
