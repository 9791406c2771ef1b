"""Columns as kubectl prints them: upper-case headings, three spaces between, nothing after the last.

Colour only where the reader is a terminal; it must not count as width.
"""

from collections.abc import Sequence

_GAP = "   "
_NONE = "<none>"
_PROSE = ("MESSAGE", "TITLE")
_SHORTEST = 12


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    show_headings: bool = True,
    width: int | None = None,
    drawn: str = "",
) -> list[str]:
    """Lines, without line ends. Empty cells show as `<none>`; where lines are wider than `width`, the prose is cut.

    In the column of the heading `drawn` the cells are the plug-in's own drawing, whose spaces stay.
    """
    filled = [
        [cell if heading == drawn else one_line(cell) or _NONE for heading, cell in zip(headings, row, strict=True)]
        for row in rows
    ]
    lines = [list(headings), *filled] if show_headings else filled
    widths = [max((len(line[column]) for line in lines), default=0) for column in range(len(headings))]
    if width is not None:
        _shrink(widths, headings, width)
    return [
        _GAP.join(_cut(cell, size).ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _shrink(widths: list[int], headings: Sequence[str], width: int) -> None:
    """Takes what is too much from the columns of prose, which are read rather than typed."""
    for heading in _PROSE:
        surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - width
        if surplus > 0 and heading in headings:
            column = headings.index(heading)
            widths[column] = min(widths[column], max(_SHORTEST, widths[column] - surplus))


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"


def one_line(cell: str) -> str:
    """Control characters of a stranger's text never reach the terminal, where they could move the cursor."""
    return " ".join("".join(character if character.isprintable() else " " for character in cell).split())
