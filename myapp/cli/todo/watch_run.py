"""A run followed to its end: drawn anew on a terminal, elsewhere a line for each change. Ends with the run.

The run is asked for again and again rather than watched: what its steps wait for stands in their Todos, and one look
at both takes `get` and `list` alone.
"""

import sys
import time

import click

from myapp.cli.todo.known_run import look_at
from myapp.cli.todo.phase_colour import coloured, wants_colour
from myapp.cli.todo.run_tree import Shown, tree_lines
from myapp.cli.todo.run_view import RunView, StepView
from myapp.cli.todo.table import one_line
from myapp.cli.todo.terminal import terminal_width
from myapp.cli.todo.workflows import Workflows
from myapp.domain.todo_phase import Phase

_PAUSE = 1.0
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def print_tree(shown: Shown) -> None:
    """The tree as the reader's terminal, or none, takes it."""
    colour = wants_colour(sys.stdout)
    lines = tree_lines(shown, width=terminal_width(sys.stdout))
    click.echo("\n".join(coloured(line) if colour else line for line in lines))


def watch_run(name: str, workflows: Workflows) -> int:
    """Shows the run until it has ended; 0 where it has succeeded, 1 otherwise."""
    graph, told = None, dict[str, str]()
    while True:
        run = workflows.run(name)
        if sys.stdout.isatty():
            shown = look_at(run, workflows, graph)
            graph = shown.graph if run.steps else None
            click.echo(_CLEAR, nl=False)
            print_tree(shown)
        else:
            told = _tell_changes(run, told)
        if run.ended:
            return 0 if run.phase == Phase.SUCCEEDED else 1
        time.sleep(_PAUSE)


def _tell_changes(run: RunView, told: dict[str, str]) -> dict[str, str]:
    """Prints a line for each step that stands otherwise than it did, and for the run; returns how all stand."""
    now = {step.name: _fares(step) for step in run.steps} | {"": run.state}
    for name, state in now.items():
        if told.get(name) != state and (name == "" or state):
            click.echo(one_line(f"{run.name}{'.' if name else ''}{name} is {state}"))
    sys.stdout.flush()
    return now


def _fares(step: StepView) -> str:
    """Nothing is told of a step that merely waits for its turn."""
    return step.state if step.phase not in ("", Phase.PENDING) else ""
