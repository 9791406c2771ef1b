"""What a performer is given: which attempt of which todo, and what the status has recorded about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from myapp.domain.effect import EffectId
from myapp.domain.todo_entry import TodoEntry


@dataclass(frozen=True, slots=True)
class Effect:
    """One attempt, as the fence was written for it."""

    id: EffectId
    todo: TodoEntry
    references: Mapping[str, str] = field(default_factory=dict)
    """What an earlier report asked to record: a Job's name and uid; empty before."""
    begun_before: bool = False
    """Whether an earlier try, be it of another process, may have begun it without a record of that."""
