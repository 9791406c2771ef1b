"""Tells the user what happens: moving on a terminal, line by line elsewhere (a log, a pipe, continuous integration)."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape

from deploy.demo.people import Said
from deploy.demo.release_todo import ReleaseTodo
from deploy.demo.view import live_view, progress_line, said_panel

_FRAMES_PER_SECOND = 8


class Narrator(Protocol):
    """What the demo has to tell."""

    def step(self, text: str) -> None:
        """Something begins that takes a moment."""

    def scene(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        """While it lasts, `show` moves; `commands` are what the user may type meanwhile."""

    def show(self, todos: Sequence[ReleaseTodo]) -> None:
        """The release as it stands."""

    def quote(self, said: Said) -> None:
        """A person typed a command."""

    def print(self, text: RenderableType) -> None:
        """Something that stays to be read."""


class TerminalNarrator:
    """A table that moves, with everything else scrolling above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None

    def step(self, text: str) -> None:
        self._console.print(f"[bold cyan]==>[/] {escape(text)}", highlight=False, soft_wrap=True)

    @contextmanager
    def scene(self, commands: Sequence[str]) -> Iterator[None]:
        self.step("to see and decide for yourself, type in another terminal:")
        for command in commands:  # unframed and unwrapped, to be pasted
            self._console.print(f"  {command}", highlight=False, markup=False, soft_wrap=True)
        with Live(console=self._console, refresh_per_second=_FRAMES_PER_SECOND, transient=True) as self._live:
            yield
        self._live = None

    def show(self, todos: Sequence[ReleaseTodo]) -> None:
        if self._live is not None:
            self._live.update(live_view(todos, datetime.now(UTC)))

    def quote(self, said: Said) -> None:
        self._console.print(said_panel(said))

    def print(self, text: RenderableType) -> None:
        self._console.print(text, highlight=False)


class PlainNarrator:
    """One line for each thing that changes, with the seconds since the start."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._told: dict[str, tuple[str, str]] = {}

    def step(self, text: str) -> None:
        self._line(f"==> {text}")

    @contextmanager
    def scene(self, commands: Sequence[str]) -> Iterator[None]:
        self.step("to see and decide for yourself, type in another terminal:")
        for command in commands:
            self._line(f"    {command}")
        yield

    def show(self, todos: Sequence[ReleaseTodo]) -> None:
        changed = [todo for todo in todos if self._told.get(todo.name) != (todo.phase, todo.reason)]
        for todo in changed:
            self._told[todo.name] = (todo.phase, todo.reason)
            self._line(f"{todo.name:<20} {todo.phase or '-':<10} {todo.reason:<22} {todo.message}".rstrip())
        if changed:
            self._line(f"    {progress_line(todos)}")

    def quote(self, said: Said) -> None:
        self._line(f"{said.user}$ {said.command}")
        for line in said.answer.splitlines():
            self._line(f"    {line}")

    def print(self, text: RenderableType) -> None:
        self._console.print(text, highlight=False)

    def _line(self, text: str) -> None:
        self._console.out(f"{time.monotonic() - self._began:6.1f}s  {text}", highlight=False)
