"""Jobs that run although their attempt is over: left behind by a crash between an end and the deletion that follows it.

A Job that nobody follows for a while is held against its todo, read from the API server itself; only if the todo has
ended, or is at a later attempt, the Job is deleted, with the rights of the todo's account. A Job whose todo is gone is
the garbage collector's.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from myapp.application.effect import Effect
from myapp.application.errors import ApiError
from myapp.application.ports import EffectPerformer, TodoReader
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.actions.job import Job
from myapp.domain.effect import EffectId
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.job_facts import JobFacts

_logger = logging.getLogger(__name__)

#: After a restart it takes a while until every attempt is followed again.
_GRACE = 15.0
_INTERVAL = 3.0
#: One that cannot be deleted is tried again ever more rarely, as an effect is.
_SLOWER = 2.0
_LONGEST = 300.0


class StrayJobs:
    """Is told of Jobs that nobody follows. ``follows`` says whether somebody does by now."""

    def __init__(self, todos: TodoReader, performer: EffectPerformer, follows: Callable[[TodoKey], bool]) -> None:
        self._todos = todos
        self._performer = performer
        self._follows = follows
        self._waiting: dict[str, _Stray] = {}

    def noticed(self, job: JobFacts) -> None:
        """A Job has not ended, and nobody follows it."""
        self._waiting.setdefault(job.uid, _Stray(job, _GRACE))

    async def run(self) -> None:
        """Look after them until cancelled."""
        while True:
            await asyncio.sleep(_INTERVAL)
            now = asyncio.get_running_loop().time()
            for uid, stray in tuple(self._waiting.items()):
                if now >= stray.due:
                    del self._waiting[uid]
                    if not await self._seen_to(stray.job):
                        self._waiting[uid] = _Stray(stray.job, min(stray.pause * _SLOWER, _LONGEST))

    async def _seen_to(self, job: JobFacts) -> bool:
        """Whether nothing more is to be done about it."""
        if self._follows(job.key) or not job.attempt.isdigit():
            return True
        try:
            snapshot = await self._todos.read(TodoKey(job.key.namespace, job.todo_name))
            if isinstance(snapshot, TodoSnapshot) and _is_over(snapshot, job):
                effect_id = EffectId(snapshot.uid, int(job.attempt))
                _logger.info("Job %s is deleted: the attempt that it was made for is over", job.name)
                await self._performer.withdraw(Effect(effect_id, snapshot.todo, {"uid": job.uid}))
        except ApiError as error:
            _logger.warning("Job %s was left behind and cannot be deleted: %s", job.name, error)
            return False
        return True


@dataclass(slots=True)
class _Stray:
    """A Job that is looked at in ``pause`` seconds."""

    job: JobFacts
    pause: float
    due: float = field(init=False)

    def __post_init__(self) -> None:
        self.due = asyncio.get_running_loop().time() + self.pause


def _is_over(snapshot: TodoSnapshot, job: JobFacts) -> bool:
    if snapshot.uid != job.todo_id or not isinstance(snapshot.todo.action, Job):
        return False
    return snapshot.status.phase.final or snapshot.status.attempt > int(job.attempt)
