"""Why a run is not done, or has failed: down to the Todos of its steps, and through the runs within it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from myapp.cli.todo.age import until
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.run_view import RunView, StepView
from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.why import Link, blocking_chain
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import REFUSED_RUN_REASONS, RunReason

_MOST_CHILDREN = 20
"""Todos of one run that are told; of more, how many they are."""
_UNSEEN = "the operator has not seen it yet: does it run, and does it watch this namespace?"
_MENDS: Mapping[str, str] = {
    RunReason.INVALID_DEFINITION: "a run keeps what it was started with: mend its template, and start another run",
    RunReason.INVALID_PARAMS: "start another run with other parameters",
}
_READY = "nothing keeps it from going on: does the operator run?"
_UNHEARD = "a decision on it has not been judged yet: does the operator run?"


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run with its Todos that have not ended, and those runs within it."""

    run: RunView
    children: Sequence[TodoView] = ()
    runs: Sequence["OpenRun"] = ()


def chain_of_run(found: OpenRun, now: datetime, unjudged: Mapping[str, str], depth: int = 0) -> list[Link]:
    """The run, and one deeper what keeps it; `unjudged` as in `why.py`."""
    run = found.run
    below = [*_children(found, now, unjudged, depth + 1), *_failures(run, depth + 1)]
    cause, advice = _cause(run, now, unjudged.get(run.uid), waits=bool(below))
    return [Link(run.name, depth, f"{run.name} is {run.state}", cause, advice, kind=Kind.RUN), *below]


def _children(found: OpenRun, now: datetime, unjudged: Mapping[str, str], depth: int) -> Iterator[Link]:
    open_ones = [todo for todo in found.children if not todo.ended]
    for todo in open_ones[:_MOST_CHILDREN]:
        for link in blocking_chain(todo, {}, now, unjudged):
            yield replace(link, depth=depth + link.depth)
    if (more := len(open_ones) - _MOST_CHILDREN) > 0:
        yield Link(found.run.name, depth, f"{more} more of its todos have not ended", kind=Kind.RUN)
    for within in found.runs:
        if not within.run.ended:
            yield from chain_of_run(within, now, unjudged, depth)


def _failures(run: RunView, depth: int) -> Iterator[Link]:
    """Each step that has failed; of a forEach its first items."""
    for step in run.steps:
        if step.phase == Phase.FAILED:
            yield Link(_name(run, step), depth, f"{step.name} is {step.state}", "failed", "", _items(step))


def _name(run: RunView, step: StepView) -> str:
    return step.todo or f"{run.name}.{step.name}"


def _items(step: StepView) -> tuple[str, ...]:
    return tuple(f"item {index}: {message}" for index, message in step.failures)


def _cause(run: RunView, now: datetime, unjudged: str | None, *, waits: bool) -> tuple[str, str]:
    if run.ended:
        retry = f"kubectl todo retry workflow/{run.name} -n {run.namespace}"
        return "ended", retry if run.phase == Phase.FAILED else ""
    if obstacle := _obstacle(run, unjudged):
        return obstacle
    if waits:
        return "", ""
    if following := run.status.get("nextTransitionTime"):
        return "time", f"goes on by itself {until(datetime.fromisoformat(following), now)}"
    return "operator", _READY if unjudged is None else _UNHEARD


def _obstacle(run: RunView, unjudged: str | None) -> tuple[str, str] | None:
    """What holds it however its steps fare."""
    if not run.phase:
        return "operator", _UNSEEN
    if unjudged:
        return "guard", unjudged
    if run.reason == RunReason.TEMPLATE_NOT_FOUND:
        return "missing template", f"create {run.template}: the run goes on by itself"
    if run.reason == RunReason.SUSPENDED:
        resume = f"kubectl todo resume workflow/{run.name} -n {run.namespace}"
        return "suspended", "set spec.suspend to false where it is kept" if run.spec.get("suspend") else resume
    if run.reason in REFUSED_RUN_REASONS:
        return "refused object", _MENDS.get(run.reason, "what is wrong is in its message")
    return None
