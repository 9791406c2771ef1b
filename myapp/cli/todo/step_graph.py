"""The graph of a workflow's steps, read leniently from its definition: what `tree` and `diagram` draw. Pure.

Judging a definition is not done here: `lint` and the operator do. A dependency that does not exist, or a loop, is drawn
as far as it can be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from myapp.cli.todo.todo_view import title_of

_ACTIONS = ("approval", "job", "resource", "http", "wait")
_SUCCEEDED = ("Succeeded",)
PutIn = Callable[[str], tuple[str, bool]]
"""Puts known values into a text, and says whether these were all."""


@dataclass(frozen=True, slots=True)
class GraphStep:
    """One step. `kind` is its action, `workflow` for a step that runs another one; `runs` names that template."""

    name: str
    kind: str
    title: str
    depends_on: Mapping[str, tuple[str, ...]]
    """The phases that it accepts, by the name of the step that it depends on."""
    for_each: bool = False
    finally_: bool = False
    runs: str = ""
    unresolved: bool = False
    """Whether the title holds expressions whose values only its Todo knows."""


@dataclass(frozen=True, slots=True)
class StepGraph:
    """All steps in the order in which they are written, those of finally last."""

    steps: tuple[GraphStep, ...]

    def ordered(self) -> list[GraphStep]:
        """What is depended on comes first; else as they are written. Members of a loop come last."""
        waiting, done, found = list(self.steps), set[str](), list[GraphStep]()
        known = {step.name for step in self.steps}
        while waiting:
            ready = [step for step in waiting if all(name in done or name not in known for name in step.depends_on)]
            chosen = ready or waiting
            found += chosen
            done |= {step.name for step in chosen}
            waiting = [step for step in waiting if step.name not in done]
        return found

    def layers(self) -> dict[str, int]:
        """How many steps stand before each, on the longest way to it."""
        depth: dict[str, int] = {}
        for step in self.ordered():
            depth[step.name] = 1 + max((depth.get(name, -1) for name in step.depends_on), default=-1)
        return depth

    def titled(self, titles: Mapping[str, str]) -> "StepGraph":
        """The same graph with these titles, by step, in place of those that are not resolved."""
        return StepGraph(
            tuple(
                replace(step, title=titles[step.name], unresolved=False)
                if step.unresolved and step.name in titles
                else step
                for step in self.steps
            )
        )


def as_written(text: str) -> tuple[str, bool]:
    """PutIn of a definition that is not run: its expressions have no values."""
    return text, True


def step_graph(definition: Mapping[str, Any], put_in: PutIn = as_written) -> StepGraph:
    """Reads the graph from a definition in the API's form, as a template's or a run's spec has it."""
    return StepGraph(tuple(_steps(definition, put_in)))


def graph_of_names(names: Sequence[tuple[str, bool]]) -> StepGraph:
    """The graph where only the steps' names are known, and which belong to finally."""
    return StepGraph(tuple(GraphStep(name, "", "", {}, finally_=last) for name, last in names))


def _steps(definition: Mapping[str, Any], put_in: PutIn) -> Iterator[GraphStep]:
    for field in ("steps", "finally"):
        for entry in definition.get(field) or ():
            if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
                yield _step(entry, put_in, finally_=field == "finally")


def _step(entry: Mapping[str, Any], put_in: PutIn, *, finally_: bool) -> GraphStep:
    content, resolved = put_in(str(entry.get("content") or ""))
    workflow = entry.get("workflow") or {}
    return GraphStep(
        name=entry["name"],
        kind="workflow" if workflow else next((action for action in _ACTIONS if action in entry), "manual"),
        title=title_of(content),
        depends_on={
            other["name"]: tuple(other.get("on") or _SUCCEEDED)
            for other in entry.get("dependsOn") or ()
            if isinstance(other, Mapping) and "name" in other
        },
        for_each="forEach" in entry,
        finally_=finally_,
        runs=str((workflow.get("templateRef") or {}).get("name", "")) if isinstance(workflow, Mapping) else "",
        unresolved=not resolved,
    )
