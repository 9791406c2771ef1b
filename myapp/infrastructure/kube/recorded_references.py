"""Makes sure that the status has recorded what an effect goes on from, before it goes on.

The performer tells, somebody else writes, and the API server is asked whether that was done: no word of this process
would survive it.
"""

import asyncio
from collections.abc import Callable, Mapping

from myapp.application.effect import Effect
from myapp.application.errors import ApiUnavailableError
from myapp.application.ports import TodoReader
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.effect import Underway

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
#: Seconds after which the attempt is begun anew: somebody may have ended it, or the API server takes no writes.
_PATIENCE = 30.0


class RecordedReferences:
    """Asks for the todo itself, in ever longer pauses."""

    def __init__(self, todos: TodoReader) -> None:
        self._todos = todos

    async def record(self, effect: Effect, tell: Callable[[Underway], None], report: Underway) -> None:
        """Return when the status holds the references of ``report``. Raises ApiError."""
        tell(report)
        pause = _FIRST_PAUSE
        try:
            async with asyncio.timeout(_PATIENCE):
                while not await self._recorded(effect, report.references):
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
        except TimeoutError:
            raise ApiUnavailableError("what the attempt goes on from was not recorded in the status") from None

    async def _recorded(self, effect: Effect, references: Mapping[str, str]) -> bool:
        snapshot = await self._todos.read(effect.todo.key)
        if not isinstance(snapshot, TodoSnapshot) or snapshot.uid != effect.id.todo_id:
            return False
        same_attempt = snapshot.status.attempt == effect.id.attempt
        return same_attempt and references.items() <= snapshot.status.effect.references.items()
