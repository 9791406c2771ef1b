"""The running operator of a test's namespace."""

from tests.running_operator.fixtures import operator, pytest_runtest_makereport, stopped_operator

__all__ = ["operator", "pytest_runtest_makereport", "stopped_operator"]
