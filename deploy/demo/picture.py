"""Saves the end state as an SVG picture, for the README."""

import io
import re
from pathlib import Path

from rich.console import Console, RenderableType

_WIDTH = 132
_FETCHED_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""A picture in a README must not fetch anything; the viewer's own monospace font does."""


def save_picture(content: RenderableType, file: Path) -> None:
    """Draws it as a terminal of fixed width would, whatever the real one is."""
    drawing = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    drawing.print(content, highlight=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_FETCHED_FONT.sub("", drawing.export_svg(title="make demo")), encoding="utf-8")
