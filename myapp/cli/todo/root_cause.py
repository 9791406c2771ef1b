"""Why one Todo goes no further by itself, and what would help: a cause in a word or two, and advice. Pure."""

from datetime import datetime

from myapp.cli.todo.age import until
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.todo_phase import REFUSED_REASONS, Phase, Reason

_UNSEEN = "the operator has not seen it yet: does it run, and does it watch this namespace?"
_UNHEARD = "a decision on it has not been judged yet: does the operator run?"
_READY = "nothing keeps it from going on: does the operator run?"


def root_cause(
    todo: TodoView, now: datetime, unjudged: str | None = None, *, waits_for_others: bool = False
) -> tuple[str, str]:
    """The cause, "" where the only one is what it depends on (`waits_for_others`); and what would help.

    `unjudged` is None unless decisions on it wait to be judged; then it says why they do, as far as that is known.
    """
    here = f"{todo.name} -n {todo.namespace}"
    obstacle = _obstacle(todo, here, unjudged) if todo.phase and not todo.ended else None
    if obstacle or waits_for_others:
        return obstacle or ("", "")
    if not todo.phase:
        return "operator", _UNSEEN
    if todo.ended:
        return "ended", ""
    return ("operator", _UNHEARD) if unjudged is not None else _wait(todo, here, until(todo.next_transition, now))


def _obstacle(todo: TodoView, here: str, unjudged: str | None) -> tuple[str, str] | None:
    """What holds it however its dependencies stand."""
    if todo.reason in REFUSED_REASONS:
        return "refused object", f"mend it: kubectl edit todos.todo.myapp.dev {here}"
    if unjudged:
        return "guard", unjudged
    if todo.reason == Reason.SUSPENDED and todo.spec.get("suspend"):
        return "suspended", "set spec.suspend to false where it is kept"
    return ("suspended", f"kubectl todo resume {here}") if todo.reason == Reason.SUSPENDED else None


def _wait(todo: TodoView, here: str, next_time: str) -> tuple[str, str]:
    by_itself = f"goes on by itself {next_time}" if next_time else ""
    match todo.reason:
        case Reason.AWAITING_DECISION if todo.action == "approval":
            return "missing approver", f"kubectl todo approve {here}{_asked(todo.approvers)}"
        case Reason.AWAITING_DECISION:
            claimed = (f"claimed by {todo.claimed_by}",) if todo.claimed_by else ()
            return "person", f"kubectl todo complete {here}{_asked((*todo.assignees, *claimed))}"
        case Reason.WAITING_FOR_START_TIME | Reason.WAITING:
            return "time", by_itself
        case _ if todo.phase == Phase.PENDING:
            return ("time", by_itself) if by_itself else ("operator", _READY)
        case _:
            return "action", f"its {todo.action} is under way" if todo.action != "manual" else by_itself


def _asked(whom: tuple[str, ...]) -> str:
    return f" ({', '.join(whom)})" if whom else ""
