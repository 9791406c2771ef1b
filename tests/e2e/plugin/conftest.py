"""The plug-in, in a namespace of its own."""

import pytest

from deploy.local import LocalCluster
from tests.e2e.plugin.plugin_runner import Plugin


@pytest.fixture
def plugin(cluster: LocalCluster, namespace: str) -> Plugin:
    return Plugin(cluster, namespace)
