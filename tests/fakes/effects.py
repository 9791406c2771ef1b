"""An action with an effect, and a performer that does what a test tells it to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from myapp.application.effect import Effect
from myapp.domain.actions.unattended import Unattended
from myapp.domain.effect import Accomplished, EffectId, Held, Underway, Unsuccessful
from myapp.domain.entry_fields import EntryFields
from myapp.domain.todo_entry import TodoEntry

End = Accomplished | Unsuccessful | Held


@dataclass(frozen=True, slots=True)
class Errand(Unattended):
    """``errand``: something is done elsewhere; with ``goes_on`` it goes on when nobody looks, as a Job does."""

    effect_goes_on: bool = True

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.errand``."""
        return cls(fields.flag("goes_on"))


@dataclass
class World:
    """What outlives the operator: the errands that were begun, and those that were ended from outside."""

    begun: list[EffectId] = field(default_factory=list)
    """Each once, whoever asks."""
    withdrawn: list[EffectId] = field(default_factory=list)


@dataclass
class FakePerformer:
    """EffectPerformer over a ``World``: begins an errand unless it finds it, then waits to be told its end."""

    world: World = field(default_factory=World)
    asked: list[Effect] = field(default_factory=list)
    """Every time that it was asked to perform."""
    arrivals: asyncio.Queue[EffectId] = field(default_factory=asyncio.Queue)
    """The same, for who waits for it."""
    cancelled: list[EffectId] = field(default_factory=list)
    answers: list[End | Exception] = field(default_factory=list)
    """What comes at once; afterwards ``finish`` says."""
    withdrawals: list[Exception] = field(default_factory=list)
    """What the next withdrawals raise."""
    tell: Callable[[Underway | Held], None] | None = None
    """That of the latest one asked."""
    _end: asyncio.Future[End] | None = None

    async def perform(self, effect: Effect, tell: Callable[[Underway | Held], None]) -> End:
        """Begin it, and wait for its end."""
        self.asked.append(effect)
        self.arrivals.put_nowait(effect.id)
        self.tell = tell
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if not isinstance(answer, Held):
                self._begin(effect)
            return answer
        self._begin(effect)
        self._end = asyncio.get_running_loop().create_future()
        try:
            return await self._end
        except asyncio.CancelledError:
            self.cancelled.append(effect.id)
            raise

    async def withdraw(self, effect: Effect) -> None:
        """End it from outside."""
        if self.withdrawals:
            raise self.withdrawals.pop(0)
        self.world.withdrawn.append(effect.id)

    def finish(self, end: End) -> None:
        """Give the errand under way its end."""
        assert self._end is not None, "nothing is under way"
        self._end.set_result(end)

    def _begin(self, effect: Effect) -> None:
        if effect.id not in self.world.begun:
            self.world.begun.append(effect.id)


@dataclass
class FakeRehearser:
    """Rehearser that says what a test tells it to; afterwards the last of that again."""

    answers: list[Held | Unsuccessful | Exception | None] = field(default_factory=lambda: [None])
    asked: list[TodoEntry] = field(default_factory=list)

    async def rehearse(self, todo: TodoEntry) -> Held | Unsuccessful | None:
        """The next answer."""
        self.asked.append(todo)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
