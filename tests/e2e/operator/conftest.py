"""The running operator, its todos and its writes, and kubectl as each user, for the tests in this folder."""

from collections.abc import Callable

import pytest

from deploy.local import LocalCluster
from tests.e2e.operator.kubectl_user import KubectlUser
from tests.running_operator.fixtures import operator, pytest_runtest_makereport, stopped_operator, todos, writes

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]


@pytest.fixture
def as_user(cluster: LocalCluster, namespace: str) -> Callable[[str], KubectlUser]:
    """kubectl as a user of that name, in the test's namespace."""
    return lambda user: KubectlUser(cluster, namespace, user)
