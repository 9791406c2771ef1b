"""Which Todo has the log that is asked for by a run and a step of it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.run_view import RunView, StepView
from myapp.cli.todo.step_graph import StepGraph
from myapp.domain.workflow.child_names import parse_part, part_of_todo


@dataclass(frozen=True, slots=True)
class StepLog:
    """A step, "" for the only one with a log; of a forEach also which item."""

    step: str
    index: int | None


class NoLogYetError(PluginError):
    """The step has not become a Todo yet."""


def todo_with_log(run: RunView, graph: StepGraph, wanted: StepLog, children: Callable[[], Sequence[str]]) -> str:
    """The Todo's name. `children` are those of all Todos of the run, asked for where an item is wanted.

    Raises PluginError where there is none, and says which steps have a log; NoLogYetError where one may come.
    """
    within = _todo(run, wanted.step)
    if within and any(step.name == wanted.step and step.kind == "workflow" for step in graph.steps):
        raise PluginError(
            f'step "{wanted.step}" of workflow "{run.name}" is a run: kubectl todo logs workflow/{within}'
        )
    with_job = [step for step in graph.steps if step.kind == "job"]
    chosen = [step for step in with_job if step.name == wanted.step] if wanted.step else with_job
    if len(chosen) != 1:
        names = ", ".join(step.name for step in with_job)
        has = f"the steps with a Job are {names}: name one with --step" if with_job else "none of its steps has a Job"
        lacks = f'has no step "{wanted.step}" with a Job' if wanted.step else "has no single log"
        raise PluginError(f'workflow "{run.name}" {lacks}; {has}')
    (step,) = chosen
    if step.for_each and wanted.index is None:
        raise PluginError(f'step "{step.name}" is done for each item: say which with --index, counted from 0')
    found = _latest(run, step.name, wanted.index or 0, children()) if step.for_each else _todo(run, step.name)
    if not found:
        raise _no_log(run, step.name, wanted.index)
    return found


def _state(run: RunView, step: str) -> StepView | None:
    return next((each for each in run.steps if each.name == step), None)


def _todo(run: RunView, step: str) -> str:
    """What the step has become; empty where nothing yet."""
    state = _state(run, step)
    return state.todo if state else ""


def _no_log(run: RunView, step: str, index: int | None) -> PluginError:
    what, state = f'step "{step}" of workflow "{run.name}"', _state(run, step)
    if state is None:
        return NoLogYetError(f"{what} has no log yet: it is not seen by the operator")
    total = state.items.get("total")
    if index is not None and total is not None and index >= total:
        return PluginError(f"{what} has no item {index}: it has {total}, counted from 0")
    if state.ended:
        return PluginError(f"{what} has no log: it is {state.state}")
    return NoLogYetError(f"{what} has no log yet: it is {state.state}")


def _latest(run: RunView, step: str, index: int, names: Sequence[str]) -> str:
    """The Todo of the item with the highest revision: Retry leaves alone what has succeeded."""
    parts = {name: parse_part(part_of_todo(run.name, name)) for name in names}
    own = {name: part for name, part in parts.items() if part and (part.step, part.index) == (step, index)}
    return max(own, key=lambda name: own[name].revision, default="")
