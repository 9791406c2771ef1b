"""Why a Todo is not done: what it waits for, what that waits for, and so on down to the roots. Pure.

Each Todo is told once; a second way to it says so. Nothing here recurses: chains may be as long as a namespace is full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from myapp.cli.todo.age import until
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.todo_phase import REFUSED_REASONS, Reason


@dataclass(frozen=True, slots=True)
class Link:
    """One Todo of the chain. `cause` is why it is a root ("" where it merely waits for what follows, one deeper)."""

    name: str
    depth: int
    says: str
    cause: str = ""
    advice: str = ""


def blocking_chain(todo: TodoView, others: Mapping[str, TodoView], now: datetime) -> list[Link]:
    """The chain from the Todo down to its roots, depth first. `others` are the Todos of its namespace by name."""
    links: list[Link] = []
    told: set[str] = set()
    path: list[str] = []
    todo_by_name = {**others, todo.name: todo}
    stack: list[tuple[str, int]] = [(todo.name, 0)]
    while stack:
        name, depth = stack.pop()
        del path[depth:]
        found = todo_by_name.get(name)
        if found is None:
            says = f"there is no todo {name} in namespace {todo.namespace}"
            links.append(Link(name, depth, says, "missing dependency", "create it, or take it out of spec.dependsOn"))
        elif name in path:
            loop = " -> ".join([*path[path.index(name) :], name])
            links.append(Link(name, depth, f"{name} waits for itself: {loop}", "loop", "break the loop in dependsOn"))
        elif name in told:
            links.append(Link(name, depth, f"{name} is told above"))
        else:
            told.add(name)
            path.append(name)
            open_ones = _blocking(found, todo_by_name)
            links.append(_link(found, depth, open_ones, now))
            stack += [(other, depth + 1) for other in reversed(open_ones)]
    return links


def _blocking(todo: TodoView, others: Mapping[str, TodoView]) -> list[str]:
    """The dependencies that keep it from starting, or have kept it from ever being done."""
    if todo.phase not in ("", "Pending") and todo.reason != Reason.DEPENDENCY_FAILED:
        return []
    return [name for name, accepted in todo.dependencies.items() if not _met(others.get(name), accepted)]


def _met(dependency: TodoView | None, accepted: Sequence[str]) -> bool:
    return dependency is not None and dependency.phase in accepted and dependency.reason != Reason.DEPENDENCY_FAILED


def _link(todo: TodoView, depth: int, blocking: Sequence[str], now: datetime) -> Link:
    says = f"{todo.name} is {todo.state}"
    cause, advice = _root(todo, now)
    return Link(todo.name, depth, says, "" if blocking and cause in ("", "operator", "ended") else cause, advice)


def _root(todo: TodoView, now: datetime) -> tuple[str, str]:
    """Why it goes no further by itself, and what would help."""
    if not todo.phase:
        return "operator", "the operator has not seen it yet: does it run, and does it watch this namespace?"
    if todo.ended:
        return "ended", ""
    here = f"{todo.name} -n {todo.namespace}"
    if todo.reason in REFUSED_REASONS:
        return "refused object", f"mend it: kubectl edit todos.todo.myapp.dev {here}"
    return _wait(todo, here, until(todo.next_transition, now))


def _wait(todo: TodoView, here: str, next_time: str) -> tuple[str, str]:
    match todo.reason:
        case Reason.SUSPENDED if todo.spec.get("suspend"):
            found = ("suspended", "set spec.suspend to false where it is kept")
        case Reason.SUSPENDED:
            found = ("suspended", f"kubectl todo resume {here}")
        case Reason.AWAITING_DECISION if todo.action == "approval":
            found = ("missing approver", f"kubectl todo approve {here}")
        case Reason.AWAITING_DECISION:
            found = ("person", f"kubectl todo complete {here}")
        case Reason.WAITING_FOR_START_TIME | Reason.WAITING:
            found = ("time", f"goes on by itself {next_time}" if next_time else "")
        case _:
            found = ("", "")
    return found
