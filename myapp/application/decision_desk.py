"""What becomes of decisions, whatever they are about: taken a few at a time, let through by the guard, and answered.

Whether a decision fits its target is the domain's to say.
"""

from collections.abc import Callable, Iterable, Sequence

from myapp.application.decision_inbox import DecisionInbox
from myapp.application.guard import DecisionGuard
from myapp.application.outcomes import LookAgainAt, Outcome, Retry, Written
from myapp.application.ports import AnswerWriter, Clock, Telemetry
from myapp.domain.decision import Answer, Decision, DecisionReason
from myapp.domain.message import bounded
from myapp.domain.plan import Notice
from myapp.domain.todo_key import TodoKey

#: How many decisions on one object are judged in one go. Each that counts still stands in the status when it is
#: answered, beside all votes there can be, so that a process that stops in between counts none of them twice; and other
#: work of the same object waits for no more answers than these.
JUDGED_AT_ONCE = 16


class DecisionDesk:
    """The decisions on objects of one kind."""

    def __init__(
        self,
        *,
        decisions: DecisionInbox,
        guard: DecisionGuard,
        answers: AnswerWriter,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._decisions = decisions
        self._guard = guard
        self._answers = answers
        self._clock = clock
        self._telemetry = telemetry

    def take(self, key: TodoKey) -> tuple[Decision, ...]:
        """The oldest decisions on an object, as many as are judged at once."""
        return self._decisions.oldest_on(key, JUDGED_AT_ONCE)

    def outcome(self, key: TodoKey, taken: Sequence[Decision], outcome: Outcome) -> Outcome:
        """The same outcome, unless more decisions wait than those that were taken: then one looks again at once."""
        if isinstance(outcome, Retry) or len(taken) < JUDGED_AT_ONCE:
            return outcome
        next_one = self._decisions.oldest_on(key, 1)
        waits = next_one in ((), tuple(taken[:1]))  # there is none, or the guard lets none be judged
        return outcome if waits else LookAgainAt(self._clock.now())

    async def admitted(
        self, key: TodoKey, taken: Sequence[Decision], publish: Callable[[Notice], None]
    ) -> tuple[Decision, ...]:
        """What the guard lets be judged now; what has to wait stays, and the guard has us look again."""
        admitted = await self._guard.admit(taken)
        if admitted.waits_because:
            message = f"decisions on it wait to be judged: {admitted.waits_because}"
            publish(Notice(DecisionReason.GUARD_NOT_PROVEN, bounded(message)))
            judged = {made.id for made in admitted.decisions}
            waiting = [made for made in self._decisions.on(key) if made.id not in judged]
            await self._postpone(waiting, admitted.waits_because)
        return admitted.decisions

    async def answer(self, answers: Iterable[Answer]) -> None:
        """Tell each decision what became of it; one that was changed meanwhile comes back as a newer version."""
        for answer in answers:
            if isinstance(await self._answers.write(answer, self._clock.now()), Written):
                self._telemetry.answered(answer)
            self._decisions.remove(answer.decision.id, answer.decision.version)

    async def _postpone(self, decisions: Iterable[Decision], why: str) -> None:
        """Tell each decision that it waits, and why; once, because what was told comes back with its newer version."""
        message = bounded(f"decisions do not count at present, it waits to be judged: {why}")
        for decision in decisions:
            if decision.told != message:
                await self._answers.postpone(decision, DecisionReason.GUARD_NOT_PROVEN, message)
