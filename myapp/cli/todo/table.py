"""Columns as kubectl prints them: upper-case headings, three spaces between, nothing after the last.

Colour only where the reader is a terminal; it must not count as width.
"""

from collections.abc import Sequence

_GAP = "   "
_NONE = "<none>"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, show_headings: bool = True) -> list[str]:
    """Lines, without line ends. Empty cells show as `<none>`."""
    filled = [[_one_line(cell) or _NONE for cell in row] for row in rows]
    lines = [list(headings), *filled] if show_headings else filled
    widths = [max((len(line[column]) for line in lines), default=0) for column in range(len(headings))]
    return [_GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _one_line(cell: str) -> str:
    """Control characters of a stranger's text never reach the terminal, where they could move the cursor."""
    return " ".join("".join(character if character.isprintable() else " " for character in cell).split())
