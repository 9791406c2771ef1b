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
_PHASE = re.compile(rf"   ({'|'.join(_COLOURS)})(?=   |$)")


def wants_colour(stream: TextIO) -> bool:
    """Whether what is written there is seen by a person at a terminal who has not forbidden colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(line: str) -> str:
    """A line of the table with its phase coloured: the first cell after a gap that is exactly a phase."""
    return _PHASE.sub(lambda found: "   " + click.style(found[1], fg=_COLOURS[Phase(found[1])]), line, count=1)
