"""Which of several replicas does the work: the one that holds the lease. The others stay warm and take over.

Leadership is a gate, not the fence: every write also carries the resourceVersion it was planned from, so a write that a
frozen leader had already sent cannot undo its successor's work. Who has lost the lease never comes back to it: the
process ends and is started anew, because nobody can tell what it missed. Deliberately without call-backs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from myapp.application.errors import ApiError
from myapp.application.lease import Lease, LeaseTiming, LeaseWatch
from myapp.application.ports import Clock, LeaseStore

_logger = logging.getLogger(__name__)
#: What a released lease is written with: long enough to be valid, over before anybody asks.
_RELEASED = timedelta(seconds=1)


class LeadershipLostError(Exception):
    """Another replica leads, or may: this process must not go on."""


class Leadership(Protocol):
    """Whether this process is the one that works."""

    async def run(self, leading: asyncio.Event) -> None:
        """Take part until cancelled; ``leading`` is set when the work may begin. Raises LeadershipLostError."""
        ...

    def may_write(self) -> bool:
        """Whether this process leads at this very moment. Cheap: asked before every write."""
        ...

    async def release(self) -> None:
        """Let another one lead at once. Called when the work has ended."""
        ...


class SoleReplica:
    """Leadership where there is no other replica."""

    async def run(self, leading: asyncio.Event) -> None:
        """Lead from the start."""
        leading.set()
        await asyncio.Event().wait()

    def may_write(self) -> bool:
        """Always."""
        return True

    async def release(self) -> None:
        """Nobody waits for it."""


class LeaderElection:
    """Leadership by a lease that is renewed."""

    def __init__(
        self, *, leases: LeaseStore, identity: str, timing: LeaseTiming, clock: Clock, elapsed: Callable[[], float]
    ) -> None:
        """``elapsed`` tells seconds of a clock that goes on while the process or the machine sleeps."""
        self._leases = leases
        self._identity = identity
        self._timing = timing
        self._clock = clock
        self._elapsed = elapsed
        self._others = LeaseWatch()
        self._lease: Lease | None = None
        self._leads_until = 0.0
        self._problem = ""
        self._told = ""

    def may_write(self) -> bool:
        """Whether the lease was renewed recently enough that nobody else can have taken it."""
        return self._elapsed() < self._leads_until

    async def run(self, leading: asyncio.Event) -> None:
        """Wait for the lease, then keep it. Raises LeadershipLostError when that fails."""
        while not await self._hold(self._acquired):
            await self._pause()
        _logger.info("this replica leads (%s)", self._identity)
        leading.set()
        while True:
            await self._pause()
            if not self.may_write():  # before renewing: after a long sleep the lease may still look like ours
                raise LeadershipLostError(f"the lease was not renewed in time: {self._problem or 'the process slept'}")
            await self._hold(self._renewed)

    async def release(self) -> None:
        """Write that nobody holds the lease; where that fails it runs out by itself."""
        if self._lease is None or not self.may_write():
            return
        self._leads_until = 0.0
        free = replace(self._lease, holder="", duration=_RELEASED, renewed_at=self._clock.now())
        try:
            await self._leases.write(free)
        except ApiError as error:
            _logger.warning("the lease could not be released and runs out by itself: %s", error)

    async def _hold(self, attempt: Callable[[], Awaitable[Lease | None]]) -> bool:
        """Try to be the holder for another while, which counts from before the request was sent."""
        asked = self._elapsed()
        try:
            held = await attempt()
        except ApiError as error:
            if str(error) != self._problem:
                self._problem = str(error)
                _logger.warning("the lease could not be read or written: %s", error)
            return False
        self._problem = ""
        if held is None:
            return False
        self._lease = held
        self._leads_until = asked + self._timing.renew_deadline.total_seconds()
        return True

    async def _acquired(self) -> Lease | None:
        """The lease, where it was free and is ours now."""
        now, current = self._clock.now(), await self._leases.read()
        if current is None:
            return await self._leases.write(Lease(self._identity, self._timing.duration, now, now, 0))
        if not self._others.is_free(current, self._elapsed()):
            if current.holder != self._told:
                self._told = current.holder
                _logger.info("on standby: %s leads", current.holder)
            return None
        return await self._leases.write(
            Lease(self._identity, self._timing.duration, now, now, current.transitions + 1, current.version)
        )

    async def _renewed(self) -> Lease | None:
        """The lease with a later time. Raises LeadershipLostError where somebody else holds it.

        An answer that was lost shows as a conflict: the lease has changed, and is still ours.
        """
        lease = self._lease
        if lease is None:
            return None
        if (renewed := await self._leases.write(replace(lease, renewed_at=self._clock.now()))) is not None:
            return renewed
        current = await self._leases.read()
        if current is not None and current.holder == self._identity:
            return await self._leases.write(replace(current, renewed_at=self._clock.now()))
        holder = f"{current.holder or 'nobody'} holds it" if current is not None else "it was deleted"
        self._leads_until = 0.0
        raise LeadershipLostError(f"this replica has lost the lease: {holder}")

    async def _pause(self) -> None:
        await asyncio.sleep(self._timing.retry_period.total_seconds())
