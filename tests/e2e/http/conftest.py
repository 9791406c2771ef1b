"""The running operator, allowed to send to the sink, in a namespace whose account it may act as."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.http_sink import HttpSink
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.fixtures import pytest_runtest_makereport, show_log, todos, writes
from tests.running_operator.operator_process import OperatorProcess

__all__ = ["pytest_runtest_makereport", "todos", "writes"]

SETTINGS = {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}


@pytest.fixture
def account(cluster: LocalCluster, namespace: str) -> str:
    """The name of an account that may edit its namespace, and as which the operator may act."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    return ACCOUNT


@pytest.fixture
def operator(
    cluster: LocalCluster, namespace: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """The operator for the test's namespace, running and ready."""
    process = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], SETTINGS)
    show_log(request.node, process)
    with process:
        yield process


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    """A server that answers 200."""
    with HttpSink() as sink:
        yield sink
