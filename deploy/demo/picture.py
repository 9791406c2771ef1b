"""Saves the end state as an SVG picture, for the README."""

import io
from pathlib import Path

from rich.console import Console, RenderableType

_WIDTH = 132


def save_picture(content: RenderableType, file: Path) -> None:
    """Draws it as a terminal of fixed width would, whatever the real one is."""
    drawing = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    drawing.print(content, highlight=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    drawing.save_svg(str(file), title="make demo")
