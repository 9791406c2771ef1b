"""What the demo needs of the operator, however it runs."""

from types import TracebackType
from typing import Protocol, Self


class RunningOperator(Protocol):
    """An operator from its start to its end; a context manager that ends it."""

    def wait_until_ready(self) -> None:
        """Return when it is ready. Raises DemoError when it ends before, or takes too long."""
        ...

    def check(self) -> None:
        """Raises DemoError, with the end of its log, when it has ended."""
        ...

    def keep(self) -> None:
        """Let it run on until its cluster goes."""
        ...

    def end_of_log(self) -> str:
        """What explains why it did not do what it should."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
