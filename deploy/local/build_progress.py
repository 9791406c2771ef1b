"""Shows how far a build is: a bar on a terminal, else a plain line every ten seconds. Never silent."""

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

PLAIN_INTERVAL = 10.0


class BuildProgress:
    """One line of progress that goes through phases; used as a context manager."""

    def __init__(self, console: Console, plain_interval: float = PLAIN_INTERVAL) -> None:
        """`plain_interval` is in seconds."""
        self._console = console
        self._plain_interval = plain_interval
        self._started = time.monotonic()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._print_plainly, daemon=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, detail="")
        self._description = ""
        self._detail = ""
        self._total: int | None = None
        self._done = 0
        self._unit = ""

    def begin(self, description: str, total: int | None = None, unit: str = "packages") -> None:
        """Enter a phase; `total` is its number of steps, None when nobody knows. Without a unit only shares count."""
        self._description, self._detail, self._total, self._done, self._unit = description, "", total, 0, unit
        self._bar.update(self._task, description=description, total=total, completed=0, detail="")
        if not self._console.is_terminal:
            self._print()

    def advance(self, detail: str) -> None:
        """One more step of the phase; `detail` names it."""
        self._done += 1
        self._detail = detail
        self._bar.update(self._task, completed=self._done if self._total else 0, detail=detail[-60:])

    def reach(self, done: int) -> None:
        """So many steps of the phase are done."""
        self._done = done
        self._bar.update(self._task, completed=done)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar.start()
        else:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._console.is_terminal:
            self._bar.stop()
        else:
            self._ticker.join()

    def _print_plainly(self) -> None:
        while not self._over.wait(self._plain_interval):
            self._print()

    def _print(self) -> None:
        self._console.print(self._plain_line(), highlight=False, markup=False, soft_wrap=True)

    def _plain_line(self) -> str:
        seconds = time.monotonic() - self._started
        if not self._total:
            at = f": {self._detail}" if self._detail else ""
            return f"{self._description}{at} ({seconds:.0f} s)"
        share = 100 * self._done // self._total
        count = f"{self._done} of {self._total} {self._unit}, " if self._unit else ""
        return f"{self._description}: {count}{share} % ({seconds:.0f} s)"
