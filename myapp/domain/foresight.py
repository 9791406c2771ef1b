"""What a dry run says, while a todo waits, about the work that it is to begin: told while there is time to mend it.

It ends nothing and begins nothing: whether the work is accepted is decided when it is begun.
"""

from dataclasses import dataclass, replace

from myapp.domain.effect import Held, Unsuccessful
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import FORESEEN_REASONS, Phase, Reason
from myapp.domain.todo_status import TodoStatus


@dataclass(frozen=True, slots=True)
class Acceptable:
    """As things stand, the work would be accepted, or there is nothing about it that somebody has to mend."""


Foresight = Acceptable | Held | Unsuccessful
_WAITING = frozenset({Reason.DEPENDENCY_NOT_FOUND, Reason.WAITING_FOR_DEPENDENCY, Reason.WAITING_FOR_START_TIME})


def worth_telling(found: Held | Unsuccessful) -> bool:
    """Whether somebody has to mend it, since it neither passes by itself nor is made by what is waited for."""
    return found.reason in FORESEEN_REASONS


def foretold(situation: Situation, verdict: Verdict, foresight: Foresight | None) -> Verdict:
    """The verdict on a waiting todo, with what is foreseen; as long as nothing is known, what the status says holds."""
    if verdict.phase is not Phase.PENDING or verdict.reason not in _WAITING or verdict.unsettled:
        return verdict
    if isinstance(foresight, Held | Unsuccessful):
        message = f"{verdict.message}; as things stand it could not begin: {foresight.message}"
        return replace(verdict, reason=foresight.reason, message=message)
    status = situation.status
    told = status.reason in FORESEEN_REASONS and status.observed_generation == situation.todo.generation
    if foresight is None and told and status.reason is not None:
        return replace(verdict, reason=status.reason, message=status.message)
    return verdict


def to_be_rehearsed(todo: TodoEntry, status: TodoStatus) -> bool:
    """Whether a todo with that status waits, and has work to begin that can be tried before."""
    waits = status.phase is Phase.PENDING and status.reason in _WAITING | FORESEEN_REASONS
    return waits and todo.action.has_effect
