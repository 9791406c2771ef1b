"""The colour of a phase on a terminal; elsewhere, and where NO_COLOR is set (https://no-color.org), none."""

import os
import re
from typing import TextIO

import click

from myapp.domain.todo_phase import Phase

_COLOURS = {
    Phase.ACTIVE: "cyan",
    Phase.SUCCEEDED: "green",
    Phase.FAILED: "red",
    Phase.SKIPPED: "yellow",
    Phase.CANCELLED: "magenta",
}
_PHASE = re.compile(rf"(   |^State: +)({'|'.join(_COLOURS)})(?=   |$| \()")


def wants_colour(stream: TextIO) -> bool:
    """Whether what is written there is seen by a person at a terminal who has not forbidden colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(line: str) -> str:
    """A line with its phase coloured: the first cell of a table that is exactly a phase, or the state described."""
    return _PHASE.sub(lambda found: found[1] + click.style(found[2], fg=_COLOURS[Phase(found[2])]), line, count=1)
