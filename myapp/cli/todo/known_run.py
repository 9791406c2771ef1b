"""What is known of a run: its definition, from wherever this person may read it, and the runs within it."""

from collections.abc import Mapping
from typing import Any

from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.known_values import KnownValues
from myapp.cli.todo.run_tree import Shown
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.run_why import OpenRun
from myapp.cli.todo.step_graph import StepGraph, graph_of_names, step_graph
from myapp.cli.todo.workflows import Workflows
from myapp.domain.expression import ExpressionCompiler
from myapp.domain.todo_phase import FINAL_PHASES, Reason

_DEEPEST = 5
"""Runs within runs; what the operator allows."""
UNFINISHED = ",".join(f"status.phase!={phase}" for phase in sorted(FINAL_PHASES))
_AWAITING = f"status.reason={Reason.AWAITING_DECISION}"


def definition_of(run: RunView, workflows: Workflows) -> Mapping[str, Any]:
    """Its own steps, else what was kept of its template when it started, else the template as it is now.

    Empty where none of them can be read.
    """
    if not run.template:
        return run.spec
    if kept := workflows.kept_definition(run):
        return kept
    try:
        return workflows.template(run.template).get("spec") or {}
    except KubectlFailedError as failure:
        if failure.reason not in ("Forbidden", "NotFound"):
            raise
        return {}


def graph_of(run: RunView, definition: Mapping[str, Any]) -> StepGraph:
    """The graph of its definition; where that is not known, the steps that its status names.

    Its titles have the values that the run was given.
    """
    graph = step_graph(definition, KnownValues(run, definition, _compiler).put_into)
    return graph if graph.steps else graph_of_names([(step.name, step.finally_) for step in run.steps])


def with_titles(run: RunView, graph: StepGraph, workflows: Workflows) -> StepGraph:
    """The graph with titles as the Todos have them, where these alone know what a step has yielded.

    The Todos of a forEach are left out: each has a title of its own. Whoever may not list Todos sees what is written.
    """
    begun = {step.name: step.todo for step in run.steps if step.todo}
    if not any(step.unresolved and not step.for_each and step.name in begun for step in graph.steps):
        return graph
    try:
        todos = workflows.children(run, without=[step.name for step in graph.steps if step.for_each])
    except KubectlFailedError as failure:
        if failure.reason != "Forbidden":
            raise
        return graph
    titles = {todo.name: todo.title for todo in todos}
    return graph.titled({step: titles[name] for step, name in begun.items() if name in titles})


def open_run(run: RunView, workflows: Workflows, depth: int = 0) -> OpenRun:
    """The run with what has not ended of it."""
    if run.ended or not run.steps:
        return OpenRun(run)
    within = workflows.runs_within(run) if depth < _DEEPEST else ()
    runs = tuple(open_run(each, workflows, depth + 1) for each in within)
    return OpenRun(run, workflows.children(run, UNFINISHED), runs)


def look_at(run: RunView, workflows: Workflows, graph: StepGraph | None = None, depth: int = 0) -> Shown:
    """All that a tree shows. `graph` is that of an earlier look: a run's definition never changes."""
    graph = with_titles(run, graph or graph_of(run, definition_of(run, workflows)), workflows)
    awaiting = () if run.ended or not run.steps else workflows.children(run, _AWAITING)
    nested = any(step.kind == "workflow" for step in graph.steps) and depth < _DEEPEST
    within = workflows.runs_within(run) if nested else ()
    return Shown(run, graph, awaiting, {each.name: look_at(each, workflows, depth=depth + 1) for each in within})


def _compiler() -> ExpressionCompiler:
    from myapp.infrastructure.cel.cel_compiler import CelCompiler  # noqa: PLC0415 - takes longer than all the rest

    return CelCompiler()
