"""The running operator with the runs, templates and Todos of a namespace."""

from tests.running_operator.fixtures import operator, pytest_runtest_makereport, runs, stopped_operator, todos, writes

__all__ = ["operator", "pytest_runtest_makereport", "runs", "stopped_operator", "todos", "writes"]
