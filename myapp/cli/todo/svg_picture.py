"""A workflow as an SVG picture, drawn without any program or font that would have to be installed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from myapp.cli.todo.layered_layout import Layout, layered
from myapp.cli.todo.mermaid import ends
from myapp.cli.todo.phase_palette import PALETTE
from myapp.cli.todo.run_view import StepView
from myapp.cli.todo.step_graph import GraphStep, StepGraph

_BOX = (210, 58)
_GAP = (24, 46)
_MARGIN = 20
_LETTERS = 30
"""As many as fit into a box."""
_ARROW = (
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0,0L8,4L0,8z" fill="#868e96"/></marker></defs>'
)
_UNCOLOURED = ("#ffffff", "#495057")
_STYLE = (
    "text{font-family:ui-sans-serif,system-ui,sans-serif;font-size:12px;fill:#212529}.n{font-weight:600;font-size:13px}"
)


def svg(graph: StepGraph, states: Mapping[str, StepView], title: str) -> str:
    """The picture; with the state of a run each step has the colour of its phase."""
    layers, edges = _layers(graph), _edges(graph)
    layout = layered(layers, list(edges))
    width, height = (_MARGIN * 2 + count * (box + gap) - gap for count, box, gap in _extents(layout))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        _ARROW,
        *(_line(pair, label, layout) for pair, label in edges.items() if pair in layout.lines),
        *(line for step in graph.steps for line in _box(step, states.get(step.name), layout)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _extents(layout: Layout) -> Sequence[tuple[int, int, int]]:
    return [
        (max(1, count), box, gap) for count, box, gap in zip((layout.columns, layout.rows), _BOX, _GAP, strict=True)
    ]


def _layers(graph: StepGraph) -> dict[str, int]:
    """Steps of finally stand below all others."""
    layers = graph.layers()
    below = 1 + max((layers[step.name] for step in graph.steps if not step.finally_), default=-1)
    return {step.name: layers[step.name] + (below if step.finally_ else 0) for step in graph.steps}


def _edges(graph: StepGraph) -> dict[tuple[str, str], str]:
    """The lines with what is written on them. Whatever ends the steps leads to whatever begins finally."""
    known = {step.name for step in graph.steps}
    edges = {
        (other, step.name): "" if accepted == ("Succeeded",) else " or ".join(accepted)
        for step in graph.steps
        for other, accepted in step.depends_on.items()
        if other in known
    }
    last = ends([step for step in graph.steps if not step.finally_])
    begin = [step for step in graph.steps if step.finally_ and not step.depends_on]
    return edges | {(first.name, step.name): "finally" for step in begin for first in last}


def _corner(place: tuple[float, int]) -> tuple[float, float]:
    column, row = place
    return _MARGIN + column * (_BOX[0] + _GAP[0]), _MARGIN + row * (_BOX[1] + _GAP[1])


def _line(pair: tuple[str, str], label: str, layout: Layout) -> str:
    """A curve from the foot of one box to the head of the other, past those between."""
    (x, y), (to_x, to_y) = _corner(layout.places[pair[0]]), _corner(layout.places[pair[1]])
    points = [(x + _BOX[0] / 2, y + _BOX[1])]
    for place in layout.lines[pair]:
        between_x, between_y = _corner(place)
        points += [(between_x + _BOX[0] / 2, between_y), (between_x + _BOX[0] / 2, between_y + _BOX[1])]
    points.append((to_x + _BOX[0] / 2, to_y))
    path = f"M{points[0][0]:g},{points[0][1]:g}" + "".join(_bends(points))
    dashed = ' stroke-dasharray="5 4"' if label else ""
    drawn = f'<path d="{path}" fill="none" stroke="#868e96"{dashed} marker-end="url(#a)"/>'
    if not label or label == "finally":
        return drawn
    middle_x, middle_y = (sum(pair) / 2 for pair in zip(points[-2], points[-1], strict=True))
    return drawn + f'<text x="{middle_x:g}" y="{middle_y:g}" text-anchor="middle">{escape(label)}</text>'


def _bends(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (y + to_y) / 2
        yield f"L{to_x:g},{to_y:g}" if x == to_x else f"C{x:g},{half:g} {to_x:g},{half:g} {to_x:g},{to_y:g}"


def _box(step: GraphStep, state: StepView | None, layout: Layout) -> Iterator[str]:
    x, y = _corner(layout.places[step.name])
    fill, stroke = PALETTE.get(state.phase, _UNCOLOURED) if state else _UNCOLOURED
    corner = _BOX[1] // 2 if step.kind in ("approval", "manual") else 6
    double = ' stroke-width="3"' if step.kind == "workflow" else ""
    told = f"{step.name}: {state.state}" if state else f"{step.name}: {step.title}"
    yield (
        f"<g><title>{escape(told)}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{_BOX[0]}" height="{_BOX[1]}" rx="{corner}" fill="{fill}" '
        f'stroke="{stroke}"{double}/>'
    )
    said = (f"runs {step.runs}" if step.runs else step.title, (state.phase or "not started") if state else step.kind)
    lines = [("n", step.name + (" (for each)" if step.for_each else "")), *(("", text) for text in said if text)]
    for position, (kind, text) in enumerate(lines):
        yield (
            f'<text x="{x + _BOX[0] / 2:g}" y="{y + 18 + 16 * position:g}" text-anchor="middle" class="{kind}">'
            f"{escape(_cut(text))}</text>"
        )
    yield "</g>"


def _cut(text: str) -> str:
    shown = "".join(character for character in text if character.isprintable())
    return shown if len(shown) <= _LETTERS else shown[: _LETTERS - 1] + "…"
