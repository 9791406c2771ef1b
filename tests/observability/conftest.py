"""The running operator of the test's namespace, and what its /metrics says after todos, decisions and refusals."""

import pytest

from tests.observability.exposition import Exposition
from tests.running_operator.fixtures import operator, pytest_runtest_makereport, stopped_operator, todos, writes
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]


@pytest.fixture
def exposition(operator: OperatorProcess, todos: Todos) -> Exposition:
    """/metrics of an operator that has done a little of everything."""
    todos.create("canary-done", wait={"duration": "0s"})
    todos.create("canary-late", dueTime="2020-01-01T00:00:00Z")
    todos.create("canary-approve")
    todos.wait("canary-done", "Succeeded")
    todos.wait("canary-late", "Active")
    todos.wait("canary-approve", "Active")
    todos.judged(todos.decide(todos.get("canary-approve"), user="oncall"))
    todos.wait("canary-approve", "Succeeded")
    return Exposition(operator.exposition())
