"""Why a Todo is not done: what it waits for, what that waits for, and so on down to the roots. Pure.

Each Todo is told once; a second way to it says so. Nothing here recurses: chains may be as long as a namespace is full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from myapp.cli.todo.course import attempts_told, reminding
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.root_cause import root_cause
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.todo_phase import Reason

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Link:
    """One Todo, or run, of the chain. `cause` is why it is a root, "" where it waits for what follows, one deeper.

    `course` tells what has happened to a root so far: attempts that are over, reminders.
    """

    name: str
    depth: int
    says: str
    cause: str = ""
    advice: str = ""
    course: tuple[str, ...] = ()
    kind: Kind = Kind.TODO


def blocking_chain(
    todo: TodoView, others: Mapping[str, TodoView], now: datetime, unjudged: Mapping[str, str] = _NOTHING
) -> list[Link]:
    """The chain from the Todo down to its roots, depth first.

    `others` are the Todos of its namespace by name; `unjudged` those, by uid, with decisions that wait to be judged,
    and why they do, as far as that is known.
    """
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
            cause, advice = root_cause(found, now, unjudged.get(found.uid), waits_for_others=bool(open_ones))
            course = (*attempts_told(found, now), *reminding(found, now).told(now)) if cause else ()
            links.append(Link(name, depth, f"{name} is {found.state}", cause, advice, course))
            stack += [(other, depth + 1) for other in reversed(open_ones)]
    return links


def _blocking(todo: TodoView, others: Mapping[str, TodoView]) -> list[str]:
    """The dependencies that keep it from starting, or have kept it from ever being done."""
    if todo.phase not in ("", "Pending") and todo.reason != Reason.DEPENDENCY_FAILED:
        return []
    return [name for name, accepted in todo.dependencies.items() if not _met(others.get(name), accepted)]


def _met(dependency: TodoView | None, accepted: Sequence[str]) -> bool:
    return dependency is not None and dependency.phase in accepted and dependency.reason != Reason.DEPENDENCY_FAILED
