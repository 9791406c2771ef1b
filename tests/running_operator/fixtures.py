"""Fixtures for tests of the running operator. A conftest.py takes them in by importing them."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs
from tests.running_operator.todos import Todos

__all__ = ["operator", "pytest_runtest_makereport", "runs", "show_log", "stopped_operator", "todos", "writes"]

_OPERATOR = pytest.StashKey[OperatorProcess]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows the end of its operator's log."""
    report = yield
    operator = item.stash.get(_OPERATOR, None)
    if report.failed and operator is not None and operator.log.exists():
        report.sections.append(("the operator's log", operator.end_of_log()))
    return report


def show_log(item: pytest.Item, operator: OperatorProcess) -> None:
    """Have a failure of the test show the log of this operator."""
    item.stash[_OPERATOR] = operator


@pytest.fixture
def stopped_operator(
    cluster: LocalCluster, namespace: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """The operator for the test's namespace, to be started by the test; ends with it."""
    operator = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace])
    show_log(request.node, operator)
    yield operator
    if operator.alive:
        operator.kill()


@pytest.fixture
def operator(stopped_operator: OperatorProcess) -> OperatorProcess:
    """The operator for the test's namespace, running and ready."""
    stopped_operator.start()
    return stopped_operator


@pytest.fixture
def todos(cluster: LocalCluster, namespace: str) -> Iterator[Todos]:
    """The todos of the test's namespace."""
    driver = Todos(cluster, namespace)
    yield driver
    driver.close()


@pytest.fixture
def runs(cluster: LocalCluster, namespace: str) -> Iterator[Runs]:
    """The workflows of the test's namespace."""
    driver = Runs(cluster, namespace)
    yield driver
    driver.close()


@pytest.fixture
def writes(cluster: LocalCluster, namespace: str) -> AuditedWrites:
    """What the operator wrote in the test's namespace."""
    return AuditedWrites(cluster.audit_log, namespace)
