"""The running operator with the runs, templates and Todos of a namespace."""

from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from tests.running_operator.fixtures import operator, pytest_runtest_makereport, stopped_operator, todos, writes
from tests.running_operator.workflow_runs import Runs

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]


@pytest.fixture
def runs(cluster: LocalCluster, namespace: str) -> Iterator[Runs]:
    """The runs of the test's namespace."""
    driver = Runs(cluster, namespace)
    yield driver
    driver.close()
