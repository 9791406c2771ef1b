"""What releases on a real node need: the images, and a namespace in which only restricted pods run."""

import pytest
from rich.console import Console

from deploy.image import build_operator_image
from deploy.image.requirements import find_build_obstacle
from deploy.image.valkey_image import build_valkey_image
from deploy.local import LocalCluster
from tests.chart.rendering import rendered
from tests.e2e.chart.node_release import NodeRelease


@pytest.fixture(scope="session")
def images(node_cluster: LocalCluster) -> list[str]:
    """The images of the chart's defaults, loaded into the node."""
    if obstacle := find_build_obstacle():
        pytest.skip(obstacle)
    release = rendered({"redis": {"mode": "bundled"}})
    (valkey,) = release.one("StatefulSet")["spec"]["template"]["spec"]["containers"]
    console = Console(stderr=True)
    archives = [build_operator_image(release.container["image"], console), build_valkey_image(valkey["image"], console)]
    return [name for archive in archives for name in node_cluster.node.load(archive)]


@pytest.fixture
def release(node_cluster: LocalCluster, node_namespace: str, images: list[str], helm: object) -> NodeRelease:
    """The release `live`, to be installed by the test in a namespace that enforces `restricted`."""
    assert images
    assert helm
    node_cluster.kubectl("label", "namespace", node_namespace, "pod-security.kubernetes.io/enforce=restricted")
    return NodeRelease(node_cluster, "live", node_namespace)
