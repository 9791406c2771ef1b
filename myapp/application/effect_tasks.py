"""The effects under way: a task each, which exists only where a status says that the attempt is, or is to be withdrawn.

``align`` is told so after each reconcile. All that is kept here is memory: after a restart the statuses say what is to
be begun again. What performers have begun goes on when a task is cancelled; to end it takes an order of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from myapp.application.effect_news import EffectNews
from myapp.application.effect_run import EffectRun
from myapp.application.ending_tasks import EndingTasks
from myapp.application.ports import EffectPerformer
from myapp.domain.actions.action import Action
from myapp.domain.effect import EffectId, EffectOrder, News
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey

#: Seconds that a cancelled task may take, before what comes after it begins all the same.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class _UnderWay:
    order: EffectOrder
    news: EffectNews
    task: asyncio.Task[None]

    def is_about(self, order: EffectOrder) -> bool:
        """Whether the same is wanted: references are added as they are recorded."""
        return (self.order.id, self.order.withdraw) == (order.id, order.withdraw)


class EffectTasks:
    """The tasks by the todo's key. ``performers`` are told apart by the kind of action."""

    def __init__(
        self,
        *,
        performers: Mapping[type[Action], EffectPerformer],
        wake: Callable[[TodoKey], None],
        starts: int,
        may_act: Callable[[], bool],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``starts`` bounds how many performers begin at once; any number may be under way. See ``EffectRun``."""
        self._performers = performers
        self._may_act = may_act
        self._pause = pause
        self._wake = wake
        self._starts = asyncio.Semaphore(starts)
        self._under_way: dict[TodoKey, _UnderWay] = {}
        self._ending = EndingTasks()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._under_way)

    def latest(self, key: TodoKey, effect: EffectId) -> News | None:
        """The latest that is known about that attempt; None where nothing is."""
        known = self._under_way.get(key)
        return known.news.latest if known is not None and known.order.id == effect else None

    def sees_to(self, key: TodoKey, order: EffectOrder) -> bool:
        """Whether what is ordered is under way, or over and kept until that is recorded."""
        known = self._under_way.get(key)
        return known is not None and known.is_about(order)

    def align(self, todo: TodoEntry, order: EffectOrder | None, *, begun_before: bool = False) -> None:
        """Have nothing under way for a todo but what is ordered, given that the status that says so is written.

        ``begun_before`` says that it was not written just now, so that another process may have begun it.
        """
        if order is not None and self.sees_to(todo.key, order):
            return
        before = self._end(todo.key)
        if order is not None and not self._stopped:
            news = EffectNews(order.references, lambda: self._wake(todo.key))
            run = EffectRun(
                todo=todo,
                order=order,
                performer=self._performers.get(type(todo.action)),
                news=news,
                starts=self._starts,
                may_act=self._may_act,
                begun_before=begun_before,
                pause=self._pause,
            )
            name = f"effect {todo.key} attempt {order.id.attempt}"
            self._under_way[todo.key] = _UnderWay(order, news, asyncio.create_task(_run(run, before), name=name))

    def forget(self, key: TodoKey) -> None:
        """The todo is gone, or has ended: nothing is under way for it any more."""
        self._end(key)

    async def stop(self) -> None:
        """End all tasks and begin none: another process takes them up."""
        self._stopped = True
        for key in list(self._under_way):
            self._end(key)
        await self._ending.settle()

    def _end(self, key: TodoKey) -> asyncio.Task[None] | None:
        """End what is under way: the task where it is not over at once."""
        ended = self._under_way.pop(key, None)
        if ended is None:
            return None
        ended.news.close()
        return self._ending.end(ended.task)


async def _run(run: EffectRun, before: asyncio.Task[None] | None) -> None:
    """Two attempts of one todo, or an attempt and its withdrawal, are never under way together."""
    if before is not None:
        await asyncio.wait((before,), timeout=_PATIENCE)
    await run.to_its_end()
