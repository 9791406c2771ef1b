"""The running operator, its todos and its writes."""

from tests.running_operator.fixtures import operator, pytest_runtest_makereport, runs, stopped_operator, todos, writes

__all__ = ["operator", "pytest_runtest_makereport", "runs", "stopped_operator", "todos", "writes"]
