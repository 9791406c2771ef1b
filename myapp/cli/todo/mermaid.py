"""A workflow as a Mermaid flowchart, the text that GitHub, GitLab and most wikis draw. Pure.

See https://mermaid.js.org/syntax/flowchart.html. Names of nodes are numbered, because a step may be called `end`, which
Mermaid keeps for itself.
"""

from collections.abc import Mapping, Sequence

from myapp.cli.todo.phase_palette import PALETTE
from myapp.cli.todo.run_view import StepView
from myapp.cli.todo.step_graph import GraphStep, StepGraph

_SHAPES = {"manual": ("[/", "/]"), "approval": ("{{", "}}"), "workflow": ("[[", "]]"), "wait": ("([", "])")}
_ORDINARY = ("[", "]")
_LONGEST_TITLE = 60


def mermaid(graph: StepGraph, states: Mapping[str, StepView]) -> str:
    """The flowchart; with the state of a run each step has the colour of its phase."""
    ids = {step.name: f"s{position}" for position, step in enumerate(graph.steps)}
    first = [step for step in graph.steps if not step.finally_]
    last = [step for step in graph.steps if step.finally_]
    lines = ["flowchart TD", *(f"  {_node(step, ids, states)}" for step in first)]
    if last:
        lines += ["  subgraph finally", *(f"    {_node(step, ids, states)}" for step in last), "  end"]
    lines += [
        f"  {ids[other]} {_arrow(accepted)} {ids[step.name]}"
        for step in graph.steps
        for other, accepted in step.depends_on.items()
        if other in ids
    ]
    if first and last:
        lines += [f"  {ids[step.name]} -.-> finally" for step in ends(first)]
    return "\n".join([*lines, *_classes(ids, states)]) + "\n"


def ends(steps: Sequence[GraphStep]) -> list[GraphStep]:
    """The steps that no other one depends on."""
    needed = {name for step in steps for name in step.depends_on}
    return [step for step in steps if step.name not in needed]


def _node(step: GraphStep, ids: Mapping[str, str], states: Mapping[str, StepView]) -> str:
    opening, closing = _SHAPES.get(step.kind, _ORDINARY)
    lines = [f"<b>{step.name}</b>", *([_escaped(_title(step))] if _title(step) else [])]
    if state := states.get(step.name):
        lines += [_escaped(_fares(state))]
    return f'{ids[step.name]}{opening}"{"<br/>".join(lines)}"{closing}'


def _title(step: GraphStep) -> str:
    said = f"runs {step.runs}" if step.runs else step.title
    cut = said if len(said) <= _LONGEST_TITLE else said[: _LONGEST_TITLE - 1] + "…"
    return cut + (" (for each)" if step.for_each else "")


def _fares(state: StepView) -> str:
    done = state.items.get("total", 0)
    items = f" {done - state.items.get('active', 0)}/{done}" if done else ""
    return f"{state.phase or 'not started'}{items}"


def _arrow(accepted: Sequence[str]) -> str:
    return "-->" if tuple(accepted) == ("Succeeded",) else f'-->|"{" or ".join(accepted)}"|'


def _classes(ids: Mapping[str, str], states: Mapping[str, StepView]) -> list[str]:
    lines = []
    for phase, (fill, stroke) in PALETTE.items():
        members = [ids[name] for name, state in states.items() if state.phase == phase and name in ids]
        if members:
            lines += [
                f"  classDef {phase} fill:{fill},stroke:{stroke},color:#000",
                f"  class {','.join(members)} {phase}",
            ]
    return lines


def _escaped(text: str) -> str:
    """Mermaid's own notation for what would end the text or be read as HTML or Markdown."""
    marks = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;", "*": "#42;", "_": "#95;"}
    return "".join(marks.get(character, character) for character in text if character.isprintable())
