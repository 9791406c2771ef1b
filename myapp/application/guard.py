"""The guard: decisions count only while the admission policies that prove who makes them are proven to work.

A check is good when forged decisions are refused by our very policies, and these are what was shipped, before and
after. What a check proves lies in ``proven_time.py``; here is when it is made, and what becomes of decisions meanwhile:
while the guard is not good they wait, unjudged, and none is lost. Deliberately knows no API: what a policy is, how a
decision is forged and where the record is kept is the adapters' business.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from myapp.application.errors import ApiError, ApiRefusedError, ApiUnavailableError
from myapp.application.ports import Forger, GuardRecord, Policies, ServerClock
from myapp.application.proven_time import Mark, ProvenTime, ServerMoment, latest
from myapp.application.shared_reading import SharedReading
from myapp.domain.decision import Decision

_logger = logging.getLogger(__name__)

UNPROVEN = (
    "nothing proves who made it: the admission policies were changed or did not hold at that time; decide again, by a"
    " new decision"
)
_CHANGED = "the admission policies were changed while they were checked"
_NOT_YET = "the admission policies have not been checked yet"
_IN_DOUBT = "the admission policies have changed and are being checked"


@dataclass(frozen=True, slots=True)
class GuardTiming:
    """How often to check; how long a stored policy may take until it is enforced; how long between two attempts."""

    interval: timedelta = timedelta(minutes=5)
    retry: timedelta = timedelta(seconds=5)
    settle: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Admitted:
    """The decisions that may be judged; ``waits_because`` says why the others may not be yet, if people should know."""

    decisions: tuple[Decision, ...]
    waits_because: str = ""


class DecisionGuard(Protocol):
    """Is asked about decisions before they are judged."""

    async def admit(self, decisions: Sequence[Decision]) -> Admitted:
        """What of these may be judged now. Raises ApiUnavailableError."""
        ...


class Guard:
    """Checks for ever, and is asked about every decision before it is judged."""

    def __init__(
        self,
        *,
        policies: Policies,
        forger: Forger,
        clock: ServerClock,
        record: GuardRecord,
        wake: Callable[[], None],
        timing: GuardTiming,
        elapsed: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``wake`` has all waiting decisions looked at again, to be judged or to be told why not; ``elapsed`` tells
        seconds of a monotonic clock.
        """
        self._policies = policies
        self._reading = SharedReading(policies.read)
        self._forger = forger
        self._clock = clock
        self._record = record
        self._wake = wake
        self._timing = timing
        self._elapsed = elapsed
        self._sleep = sleep
        self._proven = ProvenTime()
        self._problem = _NOT_YET
        self._told = ""
        self._saved = self._proven
        self._saved_at = elapsed()
        self._wanted = asyncio.Event()
        self.checked = asyncio.Event()
        """Set when the first check has ended, however it did."""

    @property
    def good(self) -> bool:
        """Whether decisions are judged at this moment."""
        return not self._problem

    async def admit(self, decisions: Sequence[Decision]) -> Admitted:
        """What of these may be judged. The policies are read once more after they were seen, because watches are late.

        Raises ApiUnavailableError.
        """
        if not decisions:
            return Admitted(())
        if self.good:
            reading = await self._reading()
            # A check may have ended meanwhile, so what holds is asked only now.
            if not (self._problem or reading.problem) and self._proven.continues_with(reading.marks):
                self._proven = self._proven.extended(latest(made.version for made in decisions))
                return Admitted(tuple(map(self._ruled, decisions)))
            self._doubt()
        return Admitted(tuple(made for made in decisions if made.problem), self._told)

    def policy_seen(self, name: tuple[str, str], mark: Mark | None) -> None:
        """A watch shows a policy or binding (kind and name) as it is; None where it was deleted."""
        known = self._proven.stretches[-1].marks if self._proven.stretches else frozenset()
        if mark is None or mark not in known:
            if known:
                _logger.info("%s %s has changed", *name)
            self._doubt()

    async def run(self, leading: asyncio.Event) -> None:
        """Check from when this replica leads until cancelled; only the leader judges."""
        await leading.wait()
        await self._recall()
        while True:
            self._wanted.clear()
            await self.check()
            pause = self._timing.interval if self.good else self._timing.retry
            try:
                async with asyncio.timeout(pause.total_seconds()):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def check(self) -> None:
        """Check once, and keep what follows from it."""
        try:
            problem = await self._prove()
        except ApiUnavailableError as error:
            self._stop(str(error))  # nothing is known, so nothing has ended
        except ApiRefusedError as error:
            self._proven = self._proven.broken()
            self._stop(str(error))
        else:
            if problem:
                self._proven = self._proven.broken()
                self._stop(problem)
            else:
                self._go_on()
        self.checked.set()
        await self._keep()

    async def _prove(self) -> str:
        """Why the check is bad; empty where it is good. Raises ApiError."""
        first = await self._policies.read()
        if first.problem:
            return first.problem
        anew = not self._proven.continues_with(first.marks)
        if anew:  # what was stored a moment ago may not be enforced yet, and what was before may still be
            await self._sleep(self._timing.settle.total_seconds())
        if problem := await self._forger.problem():
            return problem
        moment = await self._clock.moment()
        if anew:
            moment = await self._next_second(moment)
        last = await self._policies.read()
        if last.problem or last.marks != first.marks:
            return last.problem or _CHANGED
        self._proven = self._proven.proven(first.marks, moment)
        return ""

    async def _next_second(self, moment: ServerMoment) -> ServerMoment:
        """Creations are recorded in whole seconds: a stretch begins with one that was proven from its start."""
        while (later := await self._clock.moment()).second <= moment.second:
            await self._sleep(0.1)
        return later

    def _ruled(self, decision: Decision) -> Decision:
        if self._proven.holds(int(decision.version), decision.created_at):
            return decision
        return replace(decision, unproven=UNPROVEN)

    def _doubt(self) -> None:
        if self.good:
            self._problem = _IN_DOUBT
        self._wanted.set()

    def _stop(self, problem: str) -> None:
        self._problem = problem
        if problem != self._told:
            self._told = problem
            _logger.error("decisions are not judged: %s", problem)
            self._wake()  # those that wait are told why

    def _go_on(self) -> None:
        stood_still = not self.good
        self._problem = ""
        if self._told:
            self._told = ""
            _logger.info("the admission policies work: decisions are judged again")
        if stood_still:
            self._wake()

    async def _recall(self) -> None:
        """What an earlier process has proven; where that cannot be known, nothing is."""
        while True:
            try:
                self._proven = self._saved = await self._record.load()
            except ApiUnavailableError as error:
                self._stop(str(error))
                await self._sleep(self._timing.retry.total_seconds())
            except ApiRefusedError as error:
                _logger.warning(
                    "the guard's record cannot be read, so decisions made before now do not count: %s", error
                )
                return
            else:
                return

    async def _keep(self) -> None:
        """Write what was proven where a later process finds it: what is new at once, how long it lasts now and then."""
        now = self._elapsed()
        if self._proven.differs_from(self._saved) or now - self._saved_at >= self._timing.interval.total_seconds() - 1:
            try:
                await self._record.save(self._proven)
            except ApiError as error:
                _logger.warning("the guard's record could not be written: %s", error)
            else:
                self._saved, self._saved_at = self._proven, now
