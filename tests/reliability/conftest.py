"""The running operator, its todos and its writes, for the tests in this folder."""

from tests.operator.fixtures import operator, pytest_runtest_makereport, stopped_operator, todos, writes

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator", "todos", "writes"]
