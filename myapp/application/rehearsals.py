"""Dry runs of the work of todos that wait: each is tried until it would be accepted, ever more rarely.

``align`` is told after each reconcile who waits. Nothing is stored, neither by a dry run nor here: after a restart,
each waiting todo is tried anew. A server in trouble says nothing about the work, so nothing is told of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from myapp.application.effect_backoff import EffectBackoff
from myapp.application.ending_tasks import EndingTasks
from myapp.application.errors import ApiError
from myapp.application.ports import Rehearser
from myapp.domain.actions.action import Action
from myapp.domain.foresight import Acceptable, Foresight, worth_telling
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey

_logger = logging.getLogger(__name__)

#: Seconds within which many a wait is over; then the work itself says what a dry run would.
_SOON = 1.0
#: How many are tried at once: the work of others comes first.
_AT_ONCE = 4


@dataclass(slots=True, eq=False)
class _Rehearsal:
    uid: str
    generation: int
    foresight: Foresight | None = None
    task: asyncio.Task[None] | None = None

    def is_of(self, todo: TodoEntry) -> bool:
        """Whether it is about this version of the spec."""
        return (self.uid, self.generation) == (todo.id, todo.generation)


class Rehearsals:
    """The dry runs by the todo's key. ``rehearsers`` are told apart by the kind of action; some have none."""

    def __init__(
        self,
        *,
        rehearsers: Mapping[type[Action], Rehearser],
        wake: Callable[[TodoKey], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``wake`` is called whenever something else is foreseen; ``pause`` waits so many seconds."""
        self._rehearsers = rehearsers
        self._wake = wake
        self._pause = pause
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._known: dict[TodoKey, _Rehearsal] = {}
        self._ending = EndingTasks()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._known)

    def foreseen(self, todo: TodoEntry) -> Foresight | None:
        """What is known about the work of this version of the todo; None where nothing is."""
        known = self._known.get(todo.key)
        return known.foresight if known is not None and known.is_of(todo) else None

    def align(self, todo: TodoEntry, *, waits: bool) -> None:
        """Have the work of a todo tried while it waits, and forget about it when it does not any more."""
        known = self._known.get(todo.key)
        if waits and known is not None and known.is_of(todo):
            return
        self.forget(todo.key)
        rehearser = self._rehearsers.get(type(todo.action))
        if not waits or rehearser is None or self._stopped:
            return
        rehearsal = self._known[todo.key] = _Rehearsal(todo.id, todo.generation)
        rehearsal.task = asyncio.create_task(self._run(todo, rehearser, rehearsal), name=f"dry run of {todo.key}")

    def forget(self, key: TodoKey) -> None:
        """The todo is gone, or waits no more."""
        known = self._known.pop(key, None)
        if known is not None and known.task is not None:
            self._ending.end(known.task)

    async def stop(self) -> None:
        """End all and begin none."""
        self._stopped = True
        for key in list(self._known):
            self.forget(key)
        await self._ending.settle()

    async def _run(self, todo: TodoEntry, rehearser: Rehearser, rehearsal: _Rehearsal) -> None:
        await self._pause(_SOON)
        backoff, clock = EffectBackoff(), asyncio.get_running_loop().time
        while True:
            began_at = clock()
            async with self._at_once:
                foresight = await _tried(todo, rehearser)
            if foresight is not None and foresight != rehearsal.foresight:
                rehearsal.foresight = foresight
                self._wake(todo.key)
            if isinstance(foresight, Acceptable):
                rehearsal.task = None  # of tens of thousands that wait, nothing but that need be kept
                return
            await self._pause(backoff.after(clock() - began_at))


async def _tried(todo: TodoEntry, rehearser: Rehearser) -> Foresight | None:
    """What is foreseen; None where nothing could be found out."""
    try:
        found = await rehearser.rehearse(todo)
    except ApiError as error:
        _logger.debug("dry run of %s: %s", todo.key, error)
        return None
    except Exception:
        _logger.exception("the dry run of %s failed", todo.key)
        return None
    return found if found is not None and worth_telling(found) else Acceptable()
