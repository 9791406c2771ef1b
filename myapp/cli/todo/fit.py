"""Whether an act can fit a Todo or a run as it stands: its phase and its action. Pure."""

from myapp.cli.todo.act import Act
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.todo_phase import Phase, Reason

Target = TodoView | RunView
"""What a person decides on."""


def misfit(act: Act, target: Target) -> str:
    """Why the act cannot fit the target as it stands, or "". One that the operator has not seen yet may fit."""
    if isinstance(target, RunView) and not act.on_runs:
        return f'workflow "{target.name}" cannot be {act.done}: only a todo can, see kubectl todo why {target.name}'
    if target.ended and not (act.revives and target.phase == Phase.FAILED):
        another = act.revives and isinstance(target, RunView)
        anew = f"; kubectl todo rerun {target.name} starts another one" if another else ""
        return f'{target.kind.noun} "{target.name}" has ended already: {target.phase} ({target.reason}){anew}'
    if isinstance(target, TodoView) and (why := _unfit_action(act, target)):
        return why
    if act.revives:
        early = f"it has not failed, it is {target.phase} ({target.reason})"
        return f'{target.kind.noun} "{target.name}" cannot be {act.done}: {early}' if _unfinished(target) else ""
    return "" if act.anytime or isinstance(target, RunView) else _not_now(act, target)


def _unfinished(target: Target) -> bool:
    return target.phase in (Phase.PENDING, Phase.ACTIVE)


def _unfit_action(act: Act, todo: TodoView) -> str:
    if act.on is not None and todo.action not in act.on:
        return (
            f'todo "{todo.name}" cannot be {act.done} by a person: its action is {todo.action!r}, '
            f"allowed is {' or '.join(repr(action) for action in sorted(act.on))}"
        )
    return ""


def _not_now(act: Act, todo: TodoView) -> str:
    """Why a Todo whose action takes the act does not take it as it stands, or ""."""
    if todo.reason == Reason.SUSPENDED:
        return f'todo "{todo.name}" is {todo.message or "suspended"}: it can be {act.done} once it goes on'
    if todo.phase == Phase.PENDING:
        return f'todo "{todo.name}" cannot be {act.done} yet: it is Pending ({todo.reason}), {todo.message}'
    return ""
