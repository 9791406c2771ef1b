"""Where the boxes of a graph stand: in layers from top to bottom, with few lines that cross. Pure.

Sugiyama's method in its simplest form: layers by the longest way, a stand-in on each layer that a long line passes, the
order within a layer by the mean place of what stands above and below (barycentre). Good for the workflows that people
write; no attempt is made to straighten lines further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Spot = tuple[str, int]
"""A box, or its stand-in, on a layer: the name of the box, or of the line; and the layer."""
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns are counted from 0 on the left and may be halves; rows from 0 at the top."""

    places: Mapping[str, tuple[float, int]]
    lines: Mapping[tuple[str, str], tuple[tuple[float, int], ...]]
    """The places that a line passes between its two boxes, by (from, to)."""
    columns: int
    rows: int


def layered(layer: Mapping[str, int], edges: Sequence[tuple[str, str]]) -> Layout:
    """Lays the boxes out. `layer` says the row of each; `edges` lead from a lower row to a higher one, others are
    left out."""
    down = [(first, last) for first, last in edges if layer[first] < layer[last]]
    rows: list[list[Spot]] = [[] for _ in range(1 + max(layer.values(), default=-1))]
    for name, row in layer.items():
        rows[row].append((name, row))
    above: dict[Spot, list[Spot]] = {}
    below: dict[Spot, list[Spot]] = {}
    ways: dict[tuple[str, str], list[Spot]] = {}
    for first, last in down:
        between = [(f"{first} {last}", row) for row in range(layer[first] + 1, layer[last])]
        for spot in between:
            rows[spot[1]].append(spot)
        way = [(first, layer[first]), *between, (last, layer[last])]
        ways[first, last] = between
        for upper, lower in pairwise(way):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    _order(rows, above, below)
    widest = max((len(row) for row in rows), default=0)
    column = {spot: (widest - len(row)) / 2 + position for row in rows for position, spot in enumerate(row)}
    return Layout(
        places={name: (column[name, row], row) for name, row in layer.items()},
        lines={pair: tuple((column[spot], spot[1]) for spot in way) for pair, way in ways.items()},
        columns=widest,
        rows=len(rows),
    )


def _order(rows: list[list[Spot]], above: Mapping[Spot, list[Spot]], below: Mapping[Spot, list[Spot]]) -> None:
    """Sweeps down and up, sorting each row by the mean place of its neighbours; keeps the best that was seen."""
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else reversed(rows):
            _sort(row, above if downwards else below, rows)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, kept in zip(rows, best, strict=True):
        row[:] = kept


def _sort(row: list[Spot], neighbours: Mapping[Spot, list[Spot]], rows: Sequence[Sequence[Spot]]) -> None:
    beside = {number for spot in row for _, number in neighbours.get(spot, ())}
    place = {
        spot: (2 * position + 1) / len(rows[number]) for number in beside for position, spot in enumerate(rows[number])
    }
    own = {spot: (2 * position + 1) / len(row) for position, spot in enumerate(row)}

    def mean(spot: Spot) -> float:
        known = neighbours.get(spot)
        return sum(place[other] for other in known) / len(known) if known else own[spot]

    row.sort(key=mean)


def _crossings(rows: Sequence[Sequence[Spot]], below: Mapping[Spot, list[Spot]]) -> int:
    """How many pairs of lines between neighbouring rows cross."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {spot: position for position, spot in enumerate(lower)}
        ends = [sorted(place[other] for other in below.get(spot, ())) for spot in upper]
        passed: list[int] = []
        for found in ends:
            total += sum(1 for end in found for other in passed if other > end)
            passed += found
    return total
