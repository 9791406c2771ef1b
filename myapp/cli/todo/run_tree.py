"""A run as a tree: its steps in the order of the graph, with their phases, what failed and who is waited for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myapp.cli.todo.run_view import RunView, StepView
from myapp.cli.todo.step_graph import GraphStep, StepGraph
from myapp.cli.todo.table import one_line, table
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.todo_phase import Phase

_HEADINGS = ["STEP", "PHASE", "REASON", "AFTER", "MESSAGE"]
_LONGEST_LIST = 3
"""People or dependencies that are named; more are counted."""
_MOST_ASKED = 20
"""Todos that people are asked for by name: a step may have thousands of items."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of one run: its graph, its children that wait for people, and the runs that its steps became."""

    run: RunView
    graph: StepGraph
    awaiting: Sequence[TodoView] = ()
    runs: Mapping[str, "Shown"] | None = None
    """By the name of the run."""


def tree_lines(shown: Shown, *, width: int | None = None) -> list[str]:
    """The lines: the run in a sentence, its steps as a table, and what it waits for."""
    run = shown.run
    progress = f", {run.progress} steps have ended" if run.progress else ""
    rows = list(_rows(shown, ""))
    awaiting = [todo for each in _all(shown) for todo in each.awaiting]
    asked = list(map(_asked, awaiting[:_MOST_ASKED]))
    if (more := len(awaiting) - _MOST_ASKED) > 0:
        asked.append(f"=> and {more} more wait for people: kubectl todo inbox -n {run.namespace}")
    return [
        one_line(f"{run.name} is {run.state}{progress}"),
        *(table(_HEADINGS, rows, width=width, drawn=_HEADINGS[0]) if rows else []),
        *asked,
    ]


def _all(shown: Shown) -> Sequence[Shown]:
    found = [shown]
    for each in (shown.runs or {}).values():
        found += _all(each)
    return found


def _rows(shown: Shown, indent: str) -> list[list[str]]:
    states = {step.name: step for step in shown.run.steps}
    awaiting = {todo.name: todo for todo in shown.awaiting}
    rows = []
    for branch, step in _branches(shown.graph):
        state = states.get(step.name)
        rows.append(_row(f"{indent}{branch}", step, state, awaiting))
        within = (shown.runs or {}).get(state.todo) if state and state.todo else None
        if within:
            rows += _rows(within, f"{indent}{_below(branch)}  ")
        if state:
            rows += [
                [f"{indent}{_below(branch)}  [{index}]", Phase.FAILED, "", "", message]
                for index, message in state.failures
            ]
    return rows


def _row(branch: str, step: GraphStep, state: StepView | None, awaiting: Mapping[str, TodoView]) -> list[str]:
    mark = " (finally)" if step.finally_ else ""
    name = f"{branch}{step.name}{mark}"
    after = _listed([_dependency(*each) for each in step.depends_on.items()])
    if state is None:
        return [name, "", "", after, _called(step, "")]
    todo = awaiting.get(state.todo)
    reason, message = (todo.reason, todo.message) if todo else (state.reason, state.message)
    return [name, state.phase, reason, after, _items(state) or message or _called(step, state.todo)]


def _called(step: GraphStep, run: str) -> str:
    """Its title; of one that runs a template that, and the name of the run, by which it is asked for."""
    if not step.runs:
        return step.title
    return f"runs {step.runs}" + (f" as {run}" if run else "")


def _items(state: StepView) -> str:
    """How the items of a forEach fare: `3/10, 1 failed`."""
    total = state.items.get("total")
    if not total:
        return ""
    over = {word: state.items.get(word, 0) for word in ("succeeded", "failed", "skipped", "cancelled")}
    told = [f"{count} {word}" for word, count in over.items() if count and word != "succeeded"]
    return ", ".join([f"{sum(over.values())}/{total} items", *told])


def _dependency(name: str, accepted: Sequence[str]) -> str:
    return name if tuple(accepted) == (Phase.SUCCEEDED,) else f"{name} ({'|'.join(accepted)})"


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _LONGEST_LIST} more" if len(words) > _LONGEST_LIST else ""
    return ",".join(words[:_LONGEST_LIST]) + more


def _asked(todo: TodoView) -> str:
    verb = "approve" if todo.action == "approval" else "complete"
    whom = ", ".join(todo.approvers or todo.assignees)
    return one_line(f"=> kubectl todo {verb} {todo.name} -n {todo.namespace}" + (f" ({whom})" if whom else ""))


def _branches(graph: StepGraph) -> list[tuple[str, GraphStep]]:
    """Each step below the one of its dependencies that is the last to end by the graph; with the strokes before it.

    Without recursion: a chain may be as long as a workflow is.
    """
    layers, steps = graph.layers(), {step.name: step for step in graph.steps}
    below: dict[str, list[GraphStep]] = {}
    for step in graph.ordered():
        over = [name for name in step.depends_on if name in steps and layers[name] < layers[step.name]]
        below.setdefault(max(over, key=lambda name: layers[name], default=""), []).append(step)
    found = []
    stack = _under("", below.get("", []))
    while stack:
        branch, step = stack.pop()
        found.append((branch, step))
        stack += _under(_below(branch), below.get(step.name, []))
    return found


def _under(stem: str, steps: Sequence[GraphStep]) -> list[tuple[str, GraphStep]]:
    """The steps with their strokes, the last one first. One alone goes straight down, so that a chain stays narrow."""
    if len(steps) == 1:
        return [(stem, steps[0])]
    return [(stem + ("├ " if position else "└ "), each) for position, each in enumerate(reversed(steps))]


def _below(branch: str) -> str:
    """What stands before the lines below: a stroke goes on where others follow."""
    return branch.replace("├ ", "│ ").replace("└ ", "  ")
