"""Tasks that were cancelled, until they have heeded it."""

import asyncio

#: Seconds that the end of the process waits for them: what does not heed its cancellation dies with it.
_PATIENCE = 2.0


class EndingTasks:
    """None at first."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def end(self, task: asyncio.Task[None]) -> asyncio.Task[None] | None:
        """Cancel the task; returns it where it is not over at once."""
        if task.done():
            return None
        task.cancel()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Return when all are over, or the process need not wait any longer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_PATIENCE)
